import HubModel
import Placement
import Testing

@Suite struct DirectorySnapshotTests {
    @Test("Every tenant is found by its name, and no other name is")
    func lookup() throws {
        let snapshot = try snapshot(tenants: 5000)
        #expect(snapshot.tenantCount == 5000)
        for number in 0..<5000 {
            let route = try #require(snapshot.route(subdomain(number)))
            #expect(route.tenant == tenantID(number))
            #expect(route.epoch.rawValue == Int64(number + 1))
            #expect(route.shard == number % 2)
            #expect(route.state == .active)
        }
        for number in 5000..<10_000 { #expect(snapshot.lookup(subdomain(number)) == .unknown) }
        for name in ["", "t", "ten", "tenant-", "tenant-0x", "xtenant-0"] {
            #expect(snapshot.lookup(name.utf8.span.bytes) == .unknown)
        }
    }

    @Test("Names of every length from 1 to 63 are told apart by any one byte", arguments: 1...63)
    func lengths(length: Int) throws {
        var builder = try SnapshotBuilder(version: 1, topologyVersion: 1, shards: [usShard])
        let plain = [UInt8](repeating: 0x61, count: length)
        try builder.add(tenant: tenantID(1), name: plain.span.bytes, shard: 0, epoch: .first, state: .active)
        let snapshot = builder.finish()
        #expect(snapshot.lookup(plain.span.bytes) != .unknown)
        for position in 0..<length {
            var other = plain
            other[position] = 0x62
            #expect(snapshot.lookup(other.span.bytes) == .unknown)
        }
        #expect(snapshot.lookup(plain.span.bytes.extracting(0..<length - 1)) == .unknown)
    }

    @Test("Changes add, move, suspend and re-add tenants without touching the snapshot they start from")
    func changes() throws {
        let old = try snapshot(tenants: 10)
        let new = try old.applying(
            DirectoryChanges(
                version: 2,
                topologyVersion: 1,
                tenants: [change(3, shard: euShard.id, epoch: 9), change(4, state: .suspended), change(10)]
            )
        )
        #expect(new.tenantCount == 11)
        #expect(
            new.route(subdomain(3)) == Route(tenant: tenantID(3), epoch: Epoch(rawValue: 9), state: .active, shard: 1)
        )
        #expect(new.route(subdomain(4))?.state == .suspended)
        #expect(new.route(subdomain(10))?.tenant == tenantID(10))
        #expect(old.route(subdomain(3))?.epoch == Epoch(rawValue: 4))
        #expect(old.route(subdomain(4))?.state == .active)
        #expect(old.lookup(subdomain(10)) == .unknown)
    }

    @Test("A renamed tenant is found by its new name and redirected from both old ones")
    func rename() throws {
        let first = try snapshot(tenants: 10).applying(
            DirectoryChanges(
                version: 2,
                topologyVersion: 1,
                formerNames: [.init(name: subdomain(1), tenant: tenantID(1))],
                tenants: [change(1, name: Subdomain("second")!)]
            )
        )
        #expect(first.lookup(subdomain(1)) == .renamed(Subdomain("second")!))
        let second = try first.applying(
            DirectoryChanges(
                version: 3,
                topologyVersion: 1,
                formerNames: [.init(name: Subdomain("second")!, tenant: tenantID(1))],
                tenants: [change(1, name: Subdomain("third")!)]
            )
        )
        #expect(second.lookup(subdomain(1)) == .renamed(Subdomain("third")!))
        #expect(second.lookup(Subdomain("second")!) == .renamed(Subdomain("third")!))
        #expect(second.route(Subdomain("third")!)?.tenant == tenantID(1))
        #expect(second.tenantCount == 10)
        let read = try DirectorySnapshot(decoding: second.encoded())
        #expect(read.lookup(subdomain(1)) == .renamed(Subdomain("third")!))
        let erased = try second.applying(
            DirectoryChanges(
                version: 4,
                topologyVersion: 1,
                formerNames: [.init(name: Subdomain("third")!, tenant: nil)]
            )
        )
        #expect(erased.lookup(Subdomain("third")!) == .unknown)
        #expect(erased.lookup(subdomain(1)) == .unknown)
        #expect(erased.tenantCount == 9)
    }

    @Test("A former name in a full read redirects, also when it comes before its tenant, and never to nobody")
    func formerNamesInFullRead() throws {
        let snapshot = try snapshot(
            tenants: 3,
            formerNames: [
                .init(name: Subdomain("older")!, tenant: tenantID(2)),
                .init(name: Subdomain("gone")!, tenant: nil),
                .init(name: Subdomain("orphan")!, tenant: tenantID(77)),
            ]
        )
        #expect(snapshot.lookup(Subdomain("older")!) == .renamed(subdomain(2)))
        #expect(snapshot.lookup(Subdomain("gone")!) == .unknown)
        #expect(snapshot.lookup(Subdomain("orphan")!) == .unknown)
    }

    @Test("Random changes and merges leave what a plain dictionary has")
    func model() throws {
        var generator = SplitMix64(seed: 42)
        var model: [Int: DirectoryChanges.Tenant] = [:]
        var snapshot = try snapshot(tenants: 0)
        for version in 1...60 {
            var tenants: [DirectoryChanges.Tenant] = []
            var formerNames: [DirectoryChanges.FormerName] = []
            for _ in 0..<300 {
                let number = Int.random(in: 0..<8000, using: &generator)
                guard !tenants.contains(where: { $0.id == tenantID(number) }) else { continue }
                if Int.random(in: 0..<4, using: &generator) == 0 {
                    formerNames.append(.init(name: subdomain(number), tenant: nil))
                    model[number] = nil
                } else if !formerNames.contains(where: { $0.name == subdomain(number) }) {
                    let tenant = change(number, epoch: Int64(version), state: .held)
                    tenants.append(tenant)
                    model[number] = tenant
                }
            }
            // Within one batch names are given up before they are taken.
            for tenant in tenants where formerNames.contains(where: { $0.name == tenant.name }) {
                formerNames.removeAll { $0.name == tenant.name }
                model[Int(tenant.name.rawValue.dropFirst(7))!] = tenant
            }
            snapshot = try snapshot.applying(
                DirectoryChanges(
                    version: Int64(version),
                    topologyVersion: 1,
                    formerNames: formerNames,
                    tenants: tenants
                )
            ).mergedIfOvergrown()
            #expect(snapshot.tenantCount == model.count)
        }
        let reread = try DirectorySnapshot(decoding: snapshot.encoded())
        #expect(reread.tenantCount == model.count)
        for number in 0..<8000 {
            #expect(snapshot.route(subdomain(number))?.epoch == model[number]?.epoch)
            #expect(reread.route(subdomain(number))?.epoch == model[number]?.epoch)
        }
    }

    @Test("A version never goes back, and a tenant on an unlisted shard is refused")
    func refusedChanges() throws {
        let snapshot = try snapshot(tenants: 1, version: 7)
        #expect(throws: PlacementError.self) {
            try snapshot.applying(DirectoryChanges(version: 6, topologyVersion: 1))
        }
        #expect(throws: PlacementError.self) {
            try snapshot.applying(
                DirectoryChanges(version: 8, topologyVersion: 1, tenants: [change(5, shard: ShardID("mars-1")!)])
            )
        }
    }

    @Test("A shard keeps its index when the list changes, and one that is gone serves nobody")
    func shardIndices() throws {
        let apac = ShardPlacement(id: ShardID("apac-1")!, region: RegionID("apac")!, state: .open, backends: [])
        let new = try snapshot(tenants: 2).applying(
            DirectoryChanges(
                version: 2,
                topologyVersion: 2,
                shards: [apac, euShard],
                tenants: [change(9, shard: apac.id)]
            )
        )
        #expect(new.shards.map(\.id) == [usShard.id, euShard.id, apac.id])
        #expect(new.shards[0].backends.isEmpty)
        #expect(new.route(subdomain(1))?.shard == 1)
        #expect(new.route(subdomain(9))?.shard == 2)
    }

    @Test("A full read that is empty, sharply shrunken or older does not take the place of a good snapshot")
    func acceptance() throws {
        let current = try snapshot(tenants: 100, version: 5)
        #expect(throws: PlacementError.self) { try current.checkReplacement(snapshot(tenants: 0, version: 6)) }
        #expect(throws: PlacementError.self) { try current.checkReplacement(snapshot(tenants: 49, version: 6)) }
        #expect(throws: PlacementError.self) { try current.checkReplacement(snapshot(tenants: 100, version: 4)) }
        try current.checkReplacement(snapshot(tenants: 50, version: 6))
        try DirectorySnapshot().checkReplacement(snapshot(tenants: 0, version: 1))
        try snapshot(tenants: 19, version: 1).checkReplacement(snapshot(tenants: 1, version: 2))
        #expect(throws: PlacementError.self) {
            try snapshot(tenants: 19, version: 1).checkReplacement(snapshot(tenants: 0, version: 2))
        }
    }

    @Test("A tenant costs at most 100 bytes beyond its name, however long that is", arguments: [0, 15, 38])
    func memory(padding: Int) throws {
        for count in [1500, 3000, 20_000] {
            var builder = try SnapshotBuilder(version: 1, topologyVersion: 1, shards: [usShard])
            var nameBytes = 0
            for number in 0..<count {
                let name = subdomain(number).rawValue + String(repeating: "x", count: padding)
                nameBytes += name.utf8.count
                try builder.add(
                    tenant: tenantID(number),
                    name: name.utf8.span.bytes,
                    shard: 0,
                    epoch: .first,
                    state: .active
                )
            }
            #expect(builder.finish().memoryBytes - nameBytes <= 100 * count)
        }
    }

    @Test("An overlay of any size is merged into an empty base, whole and without waste")
    func mergeIntoEmptyBase() throws {
        let count = 20_000
        let changes = DirectoryChanges(version: 2, topologyVersion: 1, tenants: (0..<count).map { change($0) })
        let merged = try snapshot(tenants: 0).applying(changes).mergedIfOvergrown()
        #expect(merged.tenantCount == count)
        for number in 0..<count { #expect(merged.route(subdomain(number))?.tenant == tenantID(number)) }
        #expect(merged.memoryBytes <= 100 * count)
    }

    @Test("Names that many tenants gave up are forgotten by a merge, and may be taken again")
    func graves() throws {
        let count = 6000
        var snapshot = try snapshot(tenants: count)
        let full = snapshot.memoryBytes
        snapshot = try snapshot.applying(
            DirectoryChanges(
                version: 2,
                topologyVersion: 1,
                formerNames: (0..<5000).map { .init(name: subdomain($0), tenant: nil) }
            )
        ).mergedIfOvergrown()
        #expect(snapshot.memoryBytes < full / 2)
        #expect(snapshot.tenantCount == 1000)
        for number in 0..<count { #expect((snapshot.route(subdomain(number)) == nil) == (number < 5000)) }
        let again = try snapshot.applying(
            DirectoryChanges(version: 3, topologyVersion: 1, tenants: [change(7, epoch: 8)])
        )
        #expect(again.route(subdomain(7))?.epoch == Epoch(rawValue: 8))
        #expect(snapshot.lookup(subdomain(7)) == .unknown)
    }
}
