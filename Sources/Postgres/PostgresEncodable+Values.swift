package import FoundationEssentials

extension [UInt8] {
    /// Appends an integer in network byte order.
    mutating func append(bigEndian value: some FixedWidthInteger) {
        var shift = value.bitWidth
        while shift > 0 {
            shift -= 8
            append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }
}

/// A single byte is a small number; an array of bytes is a `bytea`.
extension UInt8: PostgresArrayElement {
    package static var postgresType: PostgresType { .int2 }
    package static var elementType: PostgresType { .int2 }
    package static var arrayType: PostgresType { .bytea }
    package func encode(into bytes: inout [UInt8]) { bytes.append(bigEndian: Int16(self)) }
    package static func encode(array: [UInt8], into bytes: inout [UInt8]) { bytes.append(contentsOf: array) }
}

extension Int16: PostgresEncodable {
    package static var postgresType: PostgresType { .int2 }
    package func encode(into bytes: inout [UInt8]) { bytes.append(bigEndian: self) }
}

extension Int32: PostgresEncodable {
    package static var postgresType: PostgresType { .int4 }
    package func encode(into bytes: inout [UInt8]) { bytes.append(bigEndian: self) }
}

extension Int64: PostgresArrayElement {
    package static var postgresType: PostgresType { .int8 }
    package static var elementType: PostgresType { .int8 }
    package static var arrayType: PostgresType { .int8Array }
    package func encode(into bytes: inout [UInt8]) { bytes.append(bigEndian: self) }
}

extension Int: PostgresArrayElement {
    package static var postgresType: PostgresType { .int8 }
    package static var elementType: PostgresType { .int8 }
    package static var arrayType: PostgresType { .int8Array }
    package func encode(into bytes: inout [UInt8]) { bytes.append(bigEndian: Int64(self)) }
}

extension Bool: PostgresEncodable {
    package static var postgresType: PostgresType { .bool }
    package func encode(into bytes: inout [UInt8]) { bytes.append(self ? 1 : 0) }
}

extension Double: PostgresEncodable {
    package static var postgresType: PostgresType { .float8 }
    package func encode(into bytes: inout [UInt8]) { bytes.append(bigEndian: bitPattern) }
}

/// A string's type is inferred, so that it may stand for a uuid, an enum or a date; say `\(text)::text` where nothing
/// tells the server.
extension String: PostgresArrayElement {
    package static var postgresType: PostgresType { .inferred }
    package static var elementType: PostgresType { .text }
    package static var arrayType: PostgresType { .textArray }
    package func encode(into bytes: inout [UInt8]) { bytes.append(contentsOf: utf8) }
}

extension UUID: PostgresArrayElement {
    package static var postgresType: PostgresType { .uuid }
    package static var elementType: PostgresType { .uuid }
    package static var arrayType: PostgresType { .uuidArray }

    package func encode(into bytes: inout [UInt8]) {
        unsafe withUnsafeBytes(of: uuid) { unsafe bytes.append(contentsOf: $0) }
    }
}

/// A date is cut to microseconds.
extension Date: PostgresEncodable {
    package static var postgresType: PostgresType { .timestamptz }
    package func encode(into bytes: inout [UInt8]) { PostgresTimestamp(self).encode(into: &bytes) }
}
