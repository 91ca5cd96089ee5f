package import FoundationEssentials
package import HubModel

/// Writes an item's contents in a compact form that ``CacheDecoder`` reads back: little-endian integers, text as UTF-8 behind
/// its length, UUIDs as 16 bytes, a flag before what may be absent.
///
/// The first byte is the version of the subject's form, so that two releases that share a Redis never misread each other.
package struct CacheEncoder: Sendable {
    package private(set) var bytes: [UInt8]

    /// - Parameter capacity: how many bytes to make room for at once.
    package init(version: UInt8, capacity: Int = 0) {
        bytes = []
        bytes.reserveCapacity(capacity)
        bytes.append(version)
    }

    /// What stands in another encoder's place, without a version of its own.
    init() {
        bytes = []
    }

    /// Adds bytes as they are.
    mutating func append(_ other: [UInt8]) {
        bytes.append(contentsOf: other)
    }

    /// - Parameter record: of less than 4 GiB; it is written behind its length.
    mutating func encode(record: [UInt8]) {
        encode(UInt32(record.count))
        bytes.append(contentsOf: record)
    }

    package mutating func encode(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    package mutating func encode(_ value: Bool) {
        bytes.append(value ? 1 : 0)
    }

    /// - Parameter text: of less than 4 GiB.
    package mutating func encode(_ text: String) {
        encode(UInt32(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    package mutating func encode(_ uuid: UUID) {
        withUnsafeBytes(of: uuid.uuid) { bytes.append(contentsOf: $0) }
    }

    package mutating func encode<Entity>(_ id: Identifier<Entity>) {
        encode(id.uuid)
    }

    package mutating func encode(_ moment: Timestamp) {
        encode(moment.microseconds)
    }

    package mutating func encode<Value>(_ value: Value?, _ encode: (inout CacheEncoder, Value) -> Void) {
        self.encode(value != nil)
        if let value { encode(&self, value) }
    }

    package mutating func encode<Values: Collection>(
        _ values: Values,
        _ encode: (inout CacheEncoder, Values.Element) -> Void
    ) {
        self.encode(UInt32(values.count))
        for value in values { encode(&self, value) }
    }
}
