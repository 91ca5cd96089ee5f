import Glibc

/// The memory of a routing table: slots in groups of sixteen, each slot a tag of one byte and a cell of one cache line.
///
/// All tags lie together, so that those of a million names fit into a processor's cache; a cell is aligned to its cache
/// line, so that reading a record and its name costs one miss. Swift's arrays promise no such alignment, hence the raw
/// memory, which is handled in this file alone.
///
/// ```
/// cell  record (28 bytes, see RouteRecord), then 36 bytes: the name, or for a longer one where it begins in the
///       table's array of long names (u32)
/// ```
///
/// It is `Sendable` since a ``RoutingTable`` writes only to storage that nothing else refers to; shared storage is read.
final class SlotStorage: @unchecked Sendable {
    /// Longest name that fits into a cell.
    static let longestInlineName = cellLength - nameOffset

    let groupCount: Int
    /// What the cells lie in; nil once a larger storage has taken it over.
    private var block: UnsafeMutableRawPointer?
    private let cells: UnsafeMutableRawPointer
    private let tags: UnsafeMutableRawPointer

    /// Free slots.
    ///
    /// - Parameter groupCount: at least one.
    convenience init(groupCount: Int) { self.init(groupCount: groupCount, resizing: nil) }

    /// Free slots; their cells begin with those of the block, which it takes over.
    private init(groupCount: Int, resizing present: UnsafeMutableRawPointer?) {
        precondition(groupCount > 0, "a table has at least one group")
        let slotCount = groupCount * TagGroup.width
        // One cell more than needed, to begin at a cache line.
        guard let block = realloc(present, (slotCount + 1) * SlotStorage.cellLength) else {
            fatalError("no memory for \(slotCount) slots of the routing table")
        }
        self.groupCount = groupCount
        self.block = block
        cells = block.alignedUp(toMultipleOf: SlotStorage.cellLength)
        // The cells stay as they are: none is read before its tag is set.
        tags = .allocate(byteCount: slotCount, alignment: TagGroup.width)
        tags.initializeMemory(as: UInt8.self, repeating: 0, count: slotCount)
    }

    deinit {
        free(block)
        tags.deallocate()
    }

    func copy() -> SlotStorage {
        let copy = SlotStorage(groupCount: groupCount)
        copy.cells.copyMemory(from: cells, byteCount: slotCount * SlotStorage.cellLength)
        copy.tags.copyMemory(from: tags, byteCount: slotCount)
        return copy
    }

    /// Moves everything into more slots and leaves this storage without any; nothing else may refer to it.
    ///
    /// The memory is extended in place, since a page that the kernel has to hand out anew costs more than to move what
    /// is on it. Each cell goes to its new slot; when one that has not been moved yet is there, that one is moved next.
    /// Groups keep their order, so this goes through the memory once from back to front, without random access.
    func extended(to groupCount: Int, hash: (RawSpan) -> UInt64, longNames: [UInt8]) -> SlotStorage {
        guard let block else { fatalError("the slots were taken over before") }
        let start = cells - block
        self.block = nil
        let larger = SlotStorage(groupCount: groupCount, resizing: block)
        if let grown = larger.block, larger.cells - grown != start {
            larger.cells.copyMemory(from: grown + start, byteCount: slotCount * SlotStorage.cellLength)
        }
        for source in (0..<slotCount).reversed() where !isFree(source) {
            var hashOfMoved = larger.withName(at: source, longNames: longNames) { name in hash(name) }
            var moved = larger.cell(source).load(as: Cell.self)
            setTag(0, of: source)
            while true {
                let slot = larger.freeSlot(for: hashOfMoved)
                larger.setTag(TagGroup.tag(of: hashOfMoved), of: slot)
                guard slot < slotCount, !isFree(slot) else {
                    larger.cell(slot).storeBytes(of: moved, as: Cell.self)
                    break
                }
                hashOfMoved = larger.withName(at: slot, longNames: longNames) { name in hash(name) }
                let waiting = larger.cell(slot).load(as: Cell.self)
                setTag(0, of: slot)
                larger.cell(slot).storeBytes(of: moved, as: Cell.self)
                moved = waiting
            }
        }
        return larger
    }

    var slotCount: Int { groupCount * TagGroup.width }
    var byteCount: Int { slotCount * (SlotStorage.cellLength + 1) }

    func tags(ofGroup group: Int) -> TagGroup {
        assert(group >= 0 && group < groupCount)
        let start = tags + group * TagGroup.width
        return TagGroup(
            low: UInt64(littleEndian: start.load(as: UInt64.self)),
            high: UInt64(littleEndian: start.load(fromByteOffset: 8, as: UInt64.self))
        )
    }

    func isFree(_ slot: Int) -> Bool {
        assert(slot >= 0 && slot < slotCount)
        return tags.load(fromByteOffset: slot, as: UInt8.self) == 0
    }

    /// The record in a slot that is not free.
    func record(at slot: Int) -> RouteRecord { cell(slot).load(as: RouteRecord.self) }

    /// Lends the name in a slot that is not free.
    func withName<Result, Failure: Error>(
        at slot: Int,
        longNames: [UInt8],
        _ body: (RawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let length = Int(record(at: slot).nameLength)
        let start = cell(slot) + SlotStorage.nameOffset
        if length <= SlotStorage.longestInlineName {
            return try body(UnsafeRawBufferPointer(start: start, count: length).bytes)
        }
        let offset = Int(start.load(as: UInt32.self))
        return try body(longNames.span.bytes.extracting(offset..<offset + length))
    }

    /// Whether a slot that is not free has this name.
    @inline(__always)
    func holds(_ name: RawSpan, at slot: Int, longNames: [UInt8]) -> Bool {
        let length = name.byteCount
        guard Int(record(at: slot).nameLength) == length else { return false }
        let start = cell(slot) + SlotStorage.nameOffset
        if length <= SlotStorage.longestInlineName {
            // The length is the caller's: a loop over it can run ahead of the cell, which may take long to arrive.
            return name.hasSameBytes(as: UnsafeRawBufferPointer(start: start, count: length).bytes)
        }
        let offset = Int(start.load(as: UInt32.self))
        return name.hasSameBytes(as: longNames.span.bytes.extracting(offset..<offset + length))
    }

    /// Puts a record in the place of another one of the same name.
    func replaceRecord(at slot: Int, with record: RouteRecord) {
        cell(slot).storeBytes(of: record, as: RouteRecord.self)
    }

    /// Fills a free slot; the name is no longer than ``longestInlineName``.
    func fill(_ slot: Int, tag: UInt8, record: RouteRecord, name: RawSpan) {
        precondition(name.byteCount <= SlotStorage.longestInlineName)
        replaceRecord(at: slot, with: record)
        name.withUnsafeBytes { bytes in
            guard let source = bytes.baseAddress else { return }
            (cell(slot) + SlotStorage.nameOffset).copyMemory(from: source, byteCount: bytes.count)
        }
        setTag(tag, of: slot)
    }

    /// Fills a free slot with a record whose name begins at `offset` of the long names.
    func fill(_ slot: Int, tag: UInt8, record: RouteRecord, longNameAt offset: UInt32) {
        replaceRecord(at: slot, with: record)
        cell(slot).storeBytes(of: offset, toByteOffset: SlotStorage.nameOffset, as: UInt32.self)
        setTag(tag, of: slot)
    }

    // MARK: - Private

    /// The bytes of a cell.
    private typealias Cell = SIMD8<UInt64>

    private static let cellLength = MemoryLayout<Cell>.size
    private static let nameOffset = MemoryLayout<RouteRecord>.size

    private func cell(_ slot: Int) -> UnsafeMutableRawPointer {
        assert(slot >= 0 && slot < slotCount)
        return cells + slot * SlotStorage.cellLength
    }

    private func setTag(_ tag: UInt8, of slot: Int) {
        assert(slot >= 0 && slot < slotCount)
        tags.storeBytes(of: tag, toByteOffset: slot, as: UInt8.self)
    }
}
