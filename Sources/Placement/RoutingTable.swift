/// A compact hash table from names to ``RouteRecord``s: open addressing over packed arrays, linear probing.
///
/// It costs 32 bytes for a record, 8 bytes times the inverse of the load factor (0.38–0.75) for its slot, and the bytes
/// of the name: under 60 bytes a tenant beyond the name. It is a value: a copy shares the arrays until it is changed.
/// Records are never taken out, only marked as removed, so that indices and probe chains stay valid.
struct RoutingTable: Sendable {
    /// Upper half: 32 bits of the name's hash; lower half: index of the record plus one; zero when free.
    private var slots: [UInt64]
    private(set) var records: [RouteRecord]
    /// The bytes of all names, one after the other.
    private(set) var names: [UInt8]
    private let hash: NameHash

    /// - Parameters:
    ///   - seed: key of the hash; the same for tables that are looked up with one hash value.
    ///   - capacity: how many names to make room for at once.
    init(seed: UInt64, capacity: Int = 0) {
        hash = NameHash(seed: seed)
        slots = Array(repeating: 0, count: RoutingTable.slotCount(for: capacity))
        records = []
        names = []
        records.reserveCapacity(capacity)
    }

    /// A table of records whose names are already in place; nil when two of them have one name.
    init?(seed: UInt64, records: [RouteRecord], names: [UInt8]) {
        hash = NameHash(seed: seed)
        self.records = records
        self.names = names
        slots = []
        guard rebuildSlots(count: RoutingTable.slotCount(for: records.count)) else { return nil }
    }

    var count: Int { records.count }

    func hash(of name: RawSpan) -> UInt64 { hash(name) }

    /// The index of the record with this name.
    func index(of name: RawSpan, hash: UInt64) -> Int? {
        let mask = slots.count - 1
        let names = names.span.bytes
        var slot = Int(truncatingIfNeeded: hash) & mask
        while true {
            let entry = slots[slot]
            if entry == 0 { return nil }
            if entry >> 32 == hash >> 32 {
                let index = Int(entry & 0xFFFF_FFFF) - 1
                if names.extracting(records[index].nameRange).hasSameBytes(as: name) { return index }
            }
            slot = (slot + 1) & mask
        }
    }

    /// Adds the record under this name, or puts it in the place of the one with the same name.
    ///
    /// - Returns: the record that was there before.
    @discardableResult
    mutating func upsert(_ record: RouteRecord, name: RawSpan) -> RouteRecord? {
        let hash = hash(name)
        var record = record
        record.nameLength = UInt8(name.byteCount)
        if let index = index(of: name, hash: hash) {
            let previous = records[index]
            record.nameOffset = previous.nameOffset
            records[index] = record
            return previous
        }
        if (records.count + 1) * 4 > slots.count * 3 { _ = rebuildSlots(count: slots.count * 2) }
        record.nameOffset = UInt32(names.count)
        for offset in 0..<name.byteCount { names.append(name.unsafeLoad(fromByteOffset: offset, as: UInt8.self)) }
        records.append(record)
        occupy(index: records.count - 1, hash: hash)
        return nil
    }

    /// Lends the name of a record.
    func withName<Result>(of index: Int, _ body: (RawSpan) -> Result) -> Result {
        body(names.span.bytes.extracting(records[index].nameRange))
    }

    /// Bytes of the arrays, as far as they are filled.
    var memoryBytes: Int { slots.count * 8 + records.count * MemoryLayout<RouteRecord>.stride + names.count }

    // MARK: - Private

    /// A power of two that keeps at least a quarter of the slots free.
    private static func slotCount(for capacity: Int) -> Int {
        let wanted = max(16, capacity + capacity / 3 + 1)
        return 1 << (Int.bitWidth - (wanted - 1).leadingZeroBitCount)
    }

    private mutating func occupy(index: Int, hash: UInt64) {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] != 0 { slot = (slot + 1) & mask }
        slots[slot] = hash & ~0xFFFF_FFFF | UInt64(index + 1)
    }

    /// - Returns: false when two records have one name.
    private mutating func rebuildSlots(count: Int) -> Bool {
        slots = Array(repeating: 0, count: count)
        for index in records.indices {
            let isNew = withName(of: index) { name -> UInt64? in
                let hash = hash(name)
                return self.index(of: name, hash: hash) == nil ? hash : nil
            }
            guard let hash = isNew else { return false }
            occupy(index: index, hash: hash)
        }
        return true
    }
}
