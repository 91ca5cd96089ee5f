import HubModel
import Testing

@testable import Placement

@Suite struct SnapshotFileTests {
    @Test("What is written is read back whole: version, shards, backends and tenants of the base and the overlay")
    func roundTrip() throws {
        let written = try snapshot(tenants: 500, version: 41).applying(
            DirectoryChanges(
                version: 42,
                topologyVersion: 3,
                formerNames: [.init(name: subdomain(7), tenant: nil)],
                tenants: [change(3, epoch: 99), change(1000, state: .deleting)]
            )
        )
        let read = try DirectorySnapshot(decoding: written.encoded())
        #expect(read.version == 42)
        #expect(read.topologyVersion == 3)
        #expect(read.shards == written.shards)
        #expect(read.tenantCount == 500)
        for number in 0...1000 { #expect(read.lookup(subdomain(number)) == written.lookup(subdomain(number))) }
    }

    @Test("An empty snapshot can be written and read")
    func empty() throws {
        let read = try DirectorySnapshot(decoding: DirectorySnapshot().encoded())
        #expect(read.version == 0)
        #expect(read.tenantCount == 0)
    }

    @Test("A file cut short anywhere is refused")
    func truncation() throws {
        let file = try snapshot(tenants: 20).encoded()
        for length in 0..<file.count {
            #expect(throws: PlacementError.self) { try DirectorySnapshot(decoding: Array(file.prefix(length))) }
        }
        #expect(throws: PlacementError.self) { try DirectorySnapshot(decoding: file + [0]) }
    }

    @Test("A file with any one bit changed is refused")
    func bitFlips() throws {
        let file = try snapshot(tenants: 6).encoded()
        for position in file.indices {
            for bit in 0..<8 {
                var damaged = file
                damaged[position] ^= 1 << bit
                #expect(throws: PlacementError.self) { try DirectorySnapshot(decoding: damaged) }
            }
        }
    }

    @Test("A file of another kind and one of another format are told apart from a damaged one")
    func foreign() throws {
        #expect(throws: PlacementError.self) { try DirectorySnapshot(decoding: Array("hello".utf8)) }
        var newer = try snapshot(tenants: 1).encoded()
        newer[8] += 1
        let error = #expect(throws: PlacementError.self) { try DirectorySnapshot(decoding: newer) }
        #expect(error?.code == .foreignFile)
        var damaged = try snapshot(tenants: 1).encoded()
        damaged[damaged.count / 2] ^= 1
        let damage = #expect(throws: PlacementError.self) { try DirectorySnapshot(decoding: damaged) }
        #expect(damage?.code == .damagedFile)
    }

    @Test("Names of every length are written and read back")
    func lengths() throws {
        var builder = try SnapshotBuilder(version: 1, topologyVersion: 1, shards: [usShard])
        let names = (1...63).map { [UInt8](repeating: 0x61, count: $0) }
        for name in names {
            try builder.add(
                tenant: tenantID(name.count),
                name: name.span.bytes,
                shard: 0,
                epoch: .first,
                state: .active
            )
        }
        let written = builder.finish()
        let read = try DirectorySnapshot(decoding: written.encoded())
        #expect(read.tenantCount == 63)
        for name in names { #expect(read.lookup(name.span.bytes) == written.lookup(name.span.bytes)) }
    }

    @Test("A file with a right checksum and wrong contents is refused")
    func malformed() throws {
        let file = try snapshot(tenants: 2).encoded()
        let records = file.firstRange(of: Array("tenant-".utf8))!.lowerBound - 28
        let nameLength = 28 + 8
        func refusal(_ change: (inout [UInt8]) -> Void) -> PlacementError? {
            var changed = file
            change(&changed)
            return #expect(throws: PlacementError.self) { try DirectorySnapshot(decoding: resealed(changed)) }
        }
        #expect(try DirectorySnapshot(decoding: resealed(file)).tenantCount == 2)
        let twice = refusal { $0[records + nameLength - 1] = $0[records + 2 * nameLength - 1] }
        #expect(twice?.message == "it lists one name twice")
        #expect(refusal { $0[records + 24] = 2 }?.message == "a tenant of it has no shard or no name")
        #expect(refusal { $0[records + 26] = 0 }?.message == "a tenant of it has no shard or no name")
        #expect(refusal { $0[records + 27] = 5 }?.message == "a tenant of it has no state")
        #expect(refusal { $0[records + 27] = 6 }?.message == "a tenant of it has no state")
        #expect(refusal { $0[records + nameLength + 26] = 9 }?.code == .damagedFile)
        // Fewer records than there are.
        #expect(refusal { $0[36] = 1 }?.code == .malformed)
    }

    @Test("A count that the file has no bytes for is refused before memory is taken", arguments: [28, 36, 44])
    func hostileCounts(position: Int) throws {
        var file = try snapshot(tenants: 3).encoded()
        for count: UInt64 in [4, 1 << 20, 1 << 40, 1 << 63, .max] {
            withUnsafeBytes(of: count.littleEndian) { file.replaceSubrange(position..<position + 8, with: $0) }
            #expect(throws: PlacementError.self) { try DirectorySnapshot(decoding: resealed(file)) }
        }
    }

    /// The file with a checksum that is right for its contents.
    private func resealed(_ file: [UInt8]) -> [UInt8] {
        let body = Array(file.dropLast(8))
        var checksum = CRC32C()
        checksum.update(body)
        return body + withUnsafeBytes(of: checksum.value.littleEndian) { Array($0) } + file.suffix(4)
    }
}
