package import FoundationEssentials
package import HubModel

/// Reads what ``CacheEncoder`` wrote, and nothing else: whatever the bytes are, it ends with a value or with ``Malformed``.
package struct CacheDecoder {
    /// The bytes are not what the encoder would have written.
    package struct Malformed: Error {
        package init() {}
    }

    private let bytes: [UInt8]
    private let end: Int
    private var position: Int

    /// Reads a whole item.
    ///
    /// - Parameters:
    ///   - version: what the first byte must be.
    ///   - body: reads what follows, all of it.
    /// - Returns: nil if the bytes are malformed or of another version.
    package static func decode<Value>(
        _ bytes: [UInt8],
        version: UInt8,
        _ body: (inout CacheDecoder) throws(Malformed) -> Value
    ) -> Value? {
        var decoder = CacheDecoder(bytes)
        do throws(Malformed) {
            guard try decoder.decode(UInt8.self) == version else { return nil }
            let value = try body(&decoder)
            return decoder.isAtEnd ? value : nil
        } catch {
            return nil
        }
    }

    /// Reads what has no version of its own.
    init(_ bytes: [UInt8]) {
        self.init(bytes: bytes, range: bytes.indices)
    }

    var isAtEnd: Bool { position == end }

    /// A decoder of the record that comes next.
    mutating func record() throws(Malformed) -> CacheDecoder {
        CacheDecoder(bytes: bytes, range: try lengthAndRange())
    }

    /// The bytes of the text that comes next, not looked at.
    mutating func slice() throws(Malformed) -> ArraySlice<UInt8> {
        bytes[try lengthAndRange()]
    }

    /// All that is left.
    mutating func rest() -> [UInt8] {
        defer { position = end }
        return Array(bytes[position..<end])
    }

    package mutating func decode<Value: FixedWidthInteger>(_: Value.Type = Value.self) throws(Malformed) -> Value {
        let start = try take(MemoryLayout<Value>.size)
        return Value(littleEndian: bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: start, as: Value.self) })
    }

    package mutating func decode(_: Bool.Type = Bool.self) throws(Malformed) -> Bool {
        switch try decode(UInt8.self) {
        case 0: return false
        case 1: return true
        default: throw Malformed()
        }
    }

    package mutating func decode(_: String.Type = String.self) throws(Malformed) -> String {
        let count = Int(try decode(UInt32.self))
        let start = try take(count)
        guard let text = String(validating: bytes[start..<start + count], as: UTF8.self) else { throw Malformed() }
        return text
    }

    package mutating func decode(_: UUID.Type = UUID.self) throws(Malformed) -> UUID {
        let start = try take(MemoryLayout<uuid_t>.size)
        return UUID(uuid: bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: start, as: uuid_t.self) })
    }

    package mutating func decode<Entity>(
        _: Identifier<Entity>.Type = Identifier<Entity>.self
    ) throws(Malformed) -> Identifier<Entity> {
        Identifier(try decode(UUID.self))
    }

    package mutating func decode(_: Timestamp.Type = Timestamp.self) throws(Malformed) -> Timestamp {
        Timestamp(microseconds: try decode(Int64.self))
    }

    /// Reads what may be absent.
    package mutating func decodeOptional<Value>(
        _ decode: (inout CacheDecoder) throws(Malformed) -> Value
    ) throws(Malformed) -> Value? {
        try self.decode(Bool.self) ? try decode(&self) : nil
    }

    /// Reads several; each takes at least one byte, so a number of them that the bytes cannot hold is refused at once.
    package mutating func decodeArray<Value>(
        _ decode: (inout CacheDecoder) throws(Malformed) -> Value
    ) throws(Malformed) -> [Value] {
        let count = Int(try self.decode(UInt32.self))
        guard count <= end - position else { throw Malformed() }
        var values: [Value] = []
        values.reserveCapacity(min(count, 1024))
        for _ in 0..<count { values.append(try decode(&self)) }
        return values
    }

    // MARK: - Private

    private init(bytes: [UInt8], range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    private mutating func lengthAndRange() throws(Malformed) -> Range<Int> {
        let count = Int(try decode(UInt32.self))
        let start = try take(count)
        return start..<start + count
    }

    /// - Returns: where the bytes begin, which are there.
    private mutating func take(_ count: Int) throws(Malformed) -> Int {
        guard count <= end - position else { throw Malformed() }
        defer { position += count }
        return position
    }
}
