/// A value of which arrays can be bound.
package protocol PostgresArrayElement: PostgresEncodable {
    /// The type of an array's elements; a value's encoding is its binary form.
    static var elementType: PostgresType { get }

    /// The type of an array.
    static var arrayType: PostgresType { get }

    /// Appends an array in its type's binary form.
    static func encode(array: [Self], into bytes: inout [UInt8])
}

extension PostgresArrayElement {
    /// Appends an array of one dimension as `array_recv` of the server reads it.
    package static func encode(array: [Self], into bytes: inout [UInt8]) {
        // Number of dimensions, flag for NULLs, type of the elements; of the dimension length and lower bound
        bytes.append(bigEndian: Int32(array.isEmpty ? 0 : 1))
        bytes.append(bigEndian: Int32(0))
        bytes.append(bigEndian: elementType.objectID)
        if array.isEmpty { return }
        bytes.append(bigEndian: Int32(array.count))
        bytes.append(bigEndian: Int32(1))
        for value in array {
            let start = bytes.count
            bytes.append(bigEndian: Int32(0))
            value.encode(into: &bytes)
            let length = bytes.count - start - 4
            for offset in 0..<4 { bytes[start + offset] = UInt8(truncatingIfNeeded: length >> (24 - 8 * offset)) }
        }
    }
}

extension PostgresArrayElement where Self: RawRepresentable, RawValue: PostgresArrayElement {
    package static var elementType: PostgresType { RawValue.elementType }
    package static var arrayType: PostgresType { RawValue.arrayType }
}

extension Array: PostgresEncodable where Element: PostgresArrayElement {
    package static var postgresType: PostgresType { Element.arrayType }

    package func encode(into bytes: inout [UInt8]) {
        Element.encode(array: self, into: &bytes)
    }
}
