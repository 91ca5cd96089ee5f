import HubModel
import Testing

@testable import Placement

@Suite struct RoutingTableTests {
    @Test("A record and the longest name that is kept beside it fill one cache line")
    func cell() {
        #expect(MemoryLayout<RouteRecord>.size + SlotStorage.longestInlineName == 64)
    }

    @Test("Names of all lengths live in one table, also those of two lengths where one place for names gives way")
    func lengths() {
        var table = RoutingTable(seed: 1)
        let names = (1...63).flatMap { length in
            [UInt8(0x61), 0x62].map { [UInt8](repeating: 0x2E, count: length - 1) + [$0] }
        }
        for (number, name) in names.enumerated() { #expect(table.put(number, name) == nil) }
        #expect(table.count == names.count)
        for (number, name) in names.enumerated() {
            #expect(table.number(name) == number)
            #expect(table.number(name + [0x2E]) == nil)
            #expect(table.number([0x2E] + name.dropFirst() + [0x63]) == nil)
        }
        var listed: [Int: [UInt8]] = [:]
        table.forEach { record, name in
            listed[Int(record.idLow)] = name.withUnsafeBytes { Array($0) }
        }
        #expect(listed == Dictionary(uniqueKeysWithValues: names.enumerated().map { ($0.offset, $0.element) }))
        let inline = names.filter { $0.count <= SlotStorage.longestInlineName }
        let tableBytes = table.memoryBytes - names.dropFirst(inline.count).reduce(0) { $0 + $1.count }
        #expect(tableBytes.isMultiple(of: 65 * 16), "only names that are too long for a cell are kept elsewhere")
    }

    @Test("A table that grows name by name keeps all of them", arguments: [0, 1, 15, 100])
    func growth(capacity: Int) {
        var table = RoutingTable(seed: 2, capacity: capacity)
        for number in 0..<6000 {
            #expect(table.put(number, bytes(number)) == nil)
            if number.isMultiple(of: 97) {
                for known in 0...number where table.number(bytes(known)) != known { Issue.record("\(known) is lost") }
                #expect(table.number(bytes(number + 1)) == nil)
            }
        }
        #expect(table.count == 6000)
        for number in 0..<6000 { #expect(table.number(bytes(number)) == number) }
        table.reserve(40_000)
        for number in 0..<6000 { #expect(table.number(bytes(number)) == number) }
        let reserved = table.memoryBytes
        for number in 6000..<40_000 { table.put(number, bytes(number)) }
        #expect(table.memoryBytes - reserved == (6000..<40_000).reduce(0) { $0 + longBytes($1) }, "it had room already")
    }

    @Test("A copy and its original go their own ways, also when one of them grows")
    func copies() {
        var original = RoutingTable(seed: 3)
        for number in 0..<50 { original.put(number, bytes(number)) }
        var grown = original
        for number in 50..<2000 { grown.put(number, bytes(number)) }
        var changed = original
        for number in 0..<50 { #expect(changed.put(number + 1000, bytes(number)) == number) }
        var reserved = original
        reserved.reserve(5000)
        original.put(77, bytes(9999))
        for number in 0..<50 {
            #expect(original.number(bytes(number)) == number)
            #expect(grown.number(bytes(number)) == number)
            #expect(changed.number(bytes(number)) == number + 1000)
            #expect(reserved.number(bytes(number)) == number)
        }
        #expect(original.number(bytes(50)) == nil)
        #expect(grown.number(bytes(9999)) == nil)
        #expect(changed.number(bytes(9999)) == nil)
        #expect([original.count, grown.count, changed.count, reserved.count] == [51, 2000, 50, 50])
    }

    @Test("Names of one tag that all begin in the last groups are found round the end of the table")
    func collisions() {
        let seed: UInt64 = 4
        let hash = NameHash(seed: seed)
        let crowd = (0..<400_000).lazy.map { bytes($0) }.filter { name in
            let value = hash(name.span.bytes)
            return value >> 60 == 15 && TagGroup.tag(of: value) == 1
        }.prefix(120)
        let names = Array(crowd)
        #expect(names.count == 120)
        let (present, absent) = (names.prefix(80), names.dropFirst(80))
        var table = RoutingTable(seed: seed, capacity: 20)
        for (number, name) in present.enumerated() {
            table.put(number, name)
            #expect(table.number(names[81]) == nil)
        }
        for size in [100, 200, 1000] {
            for (number, name) in present.enumerated() { #expect(table.number(name) == number) }
            for name in absent { #expect(table.number(name) == nil) }
            table.reserve(size)
        }
    }

    @Test("In a table filled to the brim a search for an unknown name ends", arguments: [1, 2, 3, 10])
    func brim(groups: Int) {
        var table = RoutingTable(seed: 5, capacity: groups * 14)
        let size = table.memoryBytes
        var number = 0
        while table.count < groups * 14 {
            let name = Array("t\(number)".utf8)
            table.put(number, name)
            number += 1
        }
        #expect(table.memoryBytes == size)
        for other in number..<number + 2000 { #expect(table.number(Array("t\(other)".utf8)) == nil) }
        for known in 0..<number { #expect(table.number(Array("t\(known)".utf8)) == known) }
    }

    @Test("A name marked as removed stays in the table and can be taken again")
    func removal() {
        var table = RoutingTable(seed: 6)
        for number in 0..<200 { table.put(number, bytes(number)) }
        for number in 0..<100 { table.put(number, bytes(number), state: .removed) }
        table.reserve(1000)
        for number in 0..<200 {
            let name = bytes(number)
            let record = table.record(named: name.span.bytes, hash: table.hash(of: name.span.bytes))
            #expect(record?.state == (number < 100 ? .removed : .active))
        }
        #expect(table.count == 200)
        for number in 0..<100 { #expect(table.put(number + 500, bytes(number)) == number) }
        for number in 0..<100 { #expect(table.number(bytes(number)) == number + 500) }
        #expect(table.count == 200)
    }

    // MARK: - Private

    /// One name in three is too long for a cell.
    private func bytes(_ number: Int) -> [UInt8] {
        Array("tenant-\(number)\(number.isMultiple(of: 3) ? String(repeating: "-long", count: 7) : "")".utf8)
    }

    private func longBytes(_ number: Int) -> Int {
        let count = bytes(number).count
        return count > SlotStorage.longestInlineName ? count : 0
    }
}

@Suite struct TagGroupTests {
    @Test("Tags equal to the one looked for are found in each of the sixteen slots, and no others")
    func matches() {
        var generator = SplitMix64(seed: 7)
        for _ in 0..<500 {
            let tags = (0..<16).map { _ in UInt8.random(in: 0...3, using: &generator) &* 0x55 }
            func word(_ half: ArraySlice<UInt8>) -> UInt64 { half.reversed().reduce(0) { $0 << 8 | UInt64($1) } }
            let group = TagGroup(low: word(tags[..<8]), high: word(tags[8...]))
            for tag: UInt8 in [0x55, 0xAA, 0xFF, 1, 0x54, 0x80] {
                var slots = group.slots(tagged: tag)
                var found: Set<Int> = []
                while let slot = slots.popFirst() { found.insert(slot) }
                #expect(found == Set(tags.indices.filter { tags[$0] == tag }))
            }
            #expect(group.freeSlots.isEmpty == !tags.contains(0))
            if let free = group.freeSlots.first { #expect(tags[free] == 0) }
        }
    }

    @Test("No hash has the tag of a free slot")
    func tags() {
        for hash: UInt64 in [0, 1, 0x100, 0xFF, .max] { #expect(TagGroup.tag(of: hash) != 0) }
    }
}

extension RoutingTable {
    @discardableResult
    fileprivate mutating func put(_ number: Int, _ name: [UInt8], state: RecordState = .active) -> Int? {
        let tenant = TenantID(high: 0, low: UInt64(number))
        let record = RouteRecord(tenant: tenant, shard: 0, epoch: .first, state: state)
        return upsert(record, name: name.span.bytes).map { Int($0.idLow) }
    }

    fileprivate func number(_ name: [UInt8]) -> Int? {
        record(named: name.span.bytes, hash: hash(of: name.span.bytes)).map { Int($0.idLow) }
    }
}
