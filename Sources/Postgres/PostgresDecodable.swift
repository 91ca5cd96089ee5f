/// A value that can be read from a column.
///
/// A `RawRepresentable` type whose raw value can be read needs only to declare its conformance.
package protocol PostgresDecodable {
    /// Reads the text form of a value, as `psql` shows it.
    ///
    /// - Returns: nil if the text is not a value of this type.
    init?(postgresText text: Span<UInt8>)

    /// What NULL is read as; nil if it cannot be.
    static var whenNull: Self? { get }
}

extension PostgresDecodable {
    package static var whenNull: Self? { nil }
}

extension PostgresDecodable where Self: RawRepresentable, RawValue: PostgresDecodable {
    package init?(postgresText text: Span<UInt8>) {
        guard let value = RawValue(postgresText: text) else { return nil }
        self.init(rawValue: value)
    }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
    package init?(postgresText text: Span<UInt8>) {
        guard let value = Wrapped(postgresText: text) else { return nil }
        self = .some(value)
    }

    package static var whenNull: Wrapped?? { .some(nil) }
}
