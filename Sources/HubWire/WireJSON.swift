import FoundationEssentials

/// Reads and writes the JSON of the HTTP contract.
package enum WireJSON {
    /// The media type of every body except a ``Problem``.
    package static let mediaType = "application/json"

    /// - Throws: every member that is wrong, for a request of this room; the first one for other types.
    package static func decode<Value: Decodable>(
        _ type: Value.Type,
        from bytes: some Sequence<UInt8>
    ) throws(InvalidRequest) -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch let error as InvalidRequest {
            throw error
        } catch let error as DecodingError {
            throw InvalidRequest(error)
        } catch {
            throw InvalidRequest(errors: [FieldError(field: "body", message: "is not valid JSON")])
        }
    }

    /// The same value always gives the same bytes: members are sorted by name.
    package static func encode(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try Array(encoder.encode(value))
    }
}
