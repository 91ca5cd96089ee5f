/// The values bound to a query's `$1`, `$2`, …, already encoded.
package struct PostgresBinds: Sendable {
    /// Where a value lies; a NULL has a negative length.
    struct Location {
        let start: Int
        let length: Int
    }

    /// The types told to the server; with the SQL they identify a prepared statement.
    private(set) var types: [UInt32] = []
    private(set) var locations: [Location] = []
    private(set) var bytes: [UInt8] = []

    /// Why the values cannot be sent.
    private(set) var failure: PostgresError?

    package init() {}

    /// The number of values.
    package var count: Int { types.count }

    /// Binds a value to the next parameter.
    package mutating func append<Value: PostgresEncodable>(_ value: Value?) {
        types.append(Value.postgresType.objectID)
        guard let value else {
            locations.append(Location(start: 0, length: -1))
            return
        }
        let start = bytes.count
        value.encode(into: &bytes)
        locations.append(Location(start: start, length: bytes.count - start))
        if Value.postgresType == .inferred { terminateText(from: start) }
    }

    /// Binds another query's values to the next parameters.
    mutating func append(contentsOf other: PostgresBinds) {
        let start = bytes.count
        types += other.types
        locations += other.locations.map { $0.length < 0 ? $0 : Location(start: start + $0.start, length: $0.length) }
        bytes += other.bytes
        failure = failure ?? other.failure
    }

    // MARK: - Private

    /// A text ends with a NUL, so it cannot contain one (the server accepts none either).
    private mutating func terminateText(from start: Int) {
        if bytes[start...].contains(0) {
            failure = PostgresError(
                .encoding,
                "the value of $\(count) contains a NUL character, which a text cannot hold"
            )
        }
        bytes.append(0)
    }
}
