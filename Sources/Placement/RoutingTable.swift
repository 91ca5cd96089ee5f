/// A hash table from names to ``RouteRecord``s, made for many more names than fit into a processor's cache.
///
/// The layout follows Swiss tables (Abseil): one byte of hash per slot is compared for sixteen slots at once, and leads
/// to the one cell that holds the record together with the name. So a name that is there costs one cache miss beyond the
/// tags, one that is not usually costs none. A full group sends its names on to the next.
///
/// It costs 65 bytes times the inverse of the load factor (0.67–0.875), which a name of up to 36 bytes is part of. It is
/// a value: a copy shares the slots until it is changed. Records are never taken out, only marked as removed, so that no
/// search ends too early.
struct RoutingTable: Sendable {
    private(set) var count = 0
    private var slots: SlotStorage
    /// The bytes of all names that are too long for a cell, one after the other.
    private var longNames: [UInt8] = []
    private let hash: NameHash

    /// - Parameters:
    ///   - seed: key of the hash; the same for tables that are looked up with one hash value.
    ///   - capacity: how many names to make room for at once.
    init(seed: UInt64, capacity: Int = 0) {
        hash = NameHash(seed: seed)
        slots = SlotStorage(groupCount: RoutingTable.groupCount(for: capacity))
    }

    func hash(of name: RawSpan) -> UInt64 { hash(name) }

    /// The record with this name.
    @inline(__always)
    func record(named name: RawSpan, hash: UInt64) -> RouteRecord? {
        guard let slot = slot(of: name, hash: hash) else { return nil }
        return slots.record(at: slot)
    }

    /// Adds the record under this name, or puts it in the place of the one with the same name.
    ///
    /// - Parameter name: at most 255 bytes.
    /// - Returns: the record that was there before.
    @discardableResult
    mutating func upsert(_ record: RouteRecord, name: RawSpan) -> RouteRecord? {
        let hash = hash(name)
        var record = record
        record.nameLength = UInt8(name.byteCount)
        if let slot = slot(of: name, hash: hash) {
            makeUnique()
            let previous = slots.record(at: slot)
            slots.replaceRecord(at: slot, with: record)
            return previous
        }
        makeUnique()
        if count == RoutingTable.capacity(of: slots.groupCount) {
            grow(groupCount: max(slots.groupCount + 1, slots.groupCount * 13 / 10))
        }
        let slot = slots.freeSlot(for: hash)
        let tag = TagGroup.tag(of: hash)
        if name.byteCount <= SlotStorage.longestInlineName {
            slots.fill(slot, tag: tag, record: record, name: name)
        } else {
            slots.fill(slot, tag: tag, record: record, longNameAt: UInt32(longNames.count))
            name.withUnsafeBytes { longNames.append(contentsOf: $0) }
        }
        count += 1
        return nil
    }

    /// Makes room for this many names in all.
    ///
    /// To be called before many names are taken over from a table with the same seed: they come in the order of their
    /// hashes, and would crowd the first groups of a table that still has to grow.
    mutating func reserve(_ capacity: Int) {
        let groupCount = RoutingTable.groupCount(for: capacity)
        guard groupCount > slots.groupCount else { return }
        makeUnique()
        grow(groupCount: groupCount)
    }

    /// Calls `body` with each record and its name, in no order that means anything.
    func forEach<Failure: Error>(_ body: (RouteRecord, RawSpan) throws(Failure) -> Void) throws(Failure) {
        for slot in 0..<slots.slotCount where !slots.isFree(slot) {
            let record = slots.record(at: slot)
            try slots.withName(at: slot, longNames: longNames) { (name) throws(Failure) in try body(record, name) }
        }
    }

    /// Bytes of the slots, free ones too, and of the long names.
    var memoryBytes: Int { slots.byteCount + longNames.count }

    // MARK: - Private

    /// Seven of eight slots; so each table has a free one, where a search ends.
    private static func capacity(of groupCount: Int) -> Int { groupCount * (TagGroup.width * 7 / 8) }

    private static func groupCount(for capacity: Int) -> Int {
        let perGroup = RoutingTable.capacity(of: 1)
        return max(1, (capacity + perGroup - 1) / perGroup)
    }

    @inline(__always)
    private func slot(of name: RawSpan, hash: UInt64) -> Int? {
        let tag = TagGroup.tag(of: hash)
        var group = slots.homeGroup(of: hash)
        while true {
            let tags = slots.tags(ofGroup: group)
            var candidates = tags.slots(tagged: tag)
            while let candidate = candidates.popFirst() {
                let slot = group * TagGroup.width + candidate
                if slots.holds(name, at: slot, longNames: longNames) { return slot }
            }
            guard tags.freeSlots.isEmpty else { return nil }
            group = slots.group(after: group)
        }
    }

    private mutating func makeUnique() {
        if !isKnownUniquelyReferenced(&slots) { slots = slots.copy() }
    }

    private mutating func grow(groupCount: Int) {
        slots = slots.extended(to: groupCount, hash: { name in hash(name) }, longNames: longNames)
    }
}
