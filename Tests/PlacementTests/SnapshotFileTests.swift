import HubModel
import Placement
import Testing

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
        newer[8] = 2
        let error = #expect(throws: PlacementError.self) { try DirectorySnapshot(decoding: newer) }
        #expect(error?.code == .foreignFile)
        var damaged = try snapshot(tenants: 1).encoded()
        damaged[damaged.count / 2] ^= 1
        let damage = #expect(throws: PlacementError.self) { try DirectorySnapshot(decoding: damaged) }
        #expect(damage?.code == .damagedFile)
    }
}
