import HubModel
import HubTesting
import MoveEngine
import Postgres
import ShardStore
import Testing

extension MoveTests {
    @Suite("A whole move")
    struct CycleTests {
        @Test("There and back again under writes: nothing is lost, nothing doubled, and the neighbours notice nothing")
        func thereAndBack() async throws {
            try await withMove { shards in
                let engine = try shards.engine()
                let neighboursBefore = [
                    try await shards.digest(of: shards.neighbours[0], at: shards.source),
                    try await shards.digest(of: shards.neighbours[1], at: shards.target),
                ]
                let writer = TenantWriter(shards.tenant)
                try await writer.begin(at: shards.source)

                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await writer.run(at: shards.source, epoch: .first) }
                    try await shards.stream(engine)
                    try await engine.openReverse(within: .seconds(30))
                    let verification = try await engine.verify(rangeRows: 50)
                    #expect(verification.findings == [])
                    let check = try await shards.switchOver(engine, from: .first)
                    #expect(check.isEqual && check.unsettledRows == 0, "\(check.findings)")
                    #expect(
                        check.tables.allSatisfy { $0.sourceHash == $0.targetHash && $0.sourceRows == $0.targetRows }
                    )
                    try await group.waitForAll()
                }
                #expect(writer.count > 20)
                var isBalanced = try await writer.balances(at: shards.target)
                #expect(isBalanced, "after the switch")
                let thereBefore = try await shards.digest(of: shards.tenant, at: shards.source)
                let there = try await shards.digest(of: shards.tenant, at: shards.target)
                #expect(there == thereBefore)

                try await engine.followReverse()
                let back = engine.reversed
                let second = Epoch(rawValue: 2)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await writer.run(at: shards.target, epoch: second) }
                    let written = writer.count
                    try await waitFor("writes at the target") { writer.count > written + 50 }
                    let verification = try await back.verify(rangeRows: 50)
                    #expect(verification.findings == [])
                    let check = try await shards.switchOver(back, from: second)
                    #expect(check.isEqual, "\(check.findings)")
                    try await group.waitForAll()
                }
                isBalanced = try await writer.balances(at: shards.source)
                #expect(isBalanced, "after the way back")

                try await engine.dropStreams()
                _ = try await engine.deleteRows(at: shards.target)
                try await engine.removeOwnership(at: shards.target)
                try await engine.release(at: shards.source)
                let places = try await TenantPlaces.find(shards.tenant, moves: [shards.move], in: shards.target.pool)
                #expect(places.isEmpty, "\(places)")
                let left = try await (shards.objects(at: shards.source), shards.objects(at: shards.target))
                #expect(left == (0, 0))
                let ownership = try await engine.ownership(at: shards.source)
                #expect(ownership?.state == .active && ownership?.epoch == Epoch(rawValue: 3))
                let neighboursAfter = [
                    try await shards.digest(of: shards.neighbours[0], at: shards.source),
                    try await shards.digest(of: shards.neighbours[1], at: shards.target),
                ]
                #expect(neighboursAfter == neighboursBefore)
                await expect(.notHeld) { try await engine.claimTenant() }
            }
        }

        @Test("A tenant with nothing but its row moves, and every step can be done twice")
        func twice() async throws {
            try await withMove(projects: nil) { shards in
                let engine = try shards.engine()
                for _ in 0..<2 { try await engine.claimTenant() }
                for _ in 0..<2 { try await engine.clear() }
                for _ in 0..<2 { try await engine.publish() }
                let copied = try await engine.copy()
                #expect(copied.rows == 1)
                for _ in 0..<2 { try await engine.subscribe() }
                for _ in 0..<2 { try await engine.enable() }
                for _ in 0..<2 { try await engine.openReverse() }
                for _ in 0..<2 { try await engine.freeze(at: .first, within: .seconds(5)) }
                for _ in 0..<2 { try await engine.drain(engine.mark(), within: .seconds(20)) }
                let check = try await engine.check(within: .seconds(10))
                #expect(check.isEqual && check.rows == 3, "the tenant and the last two markers")
                for _ in 0..<2 { _ = try await engine.advanceReverse() }
                await expect(.refused) { try await engine.open(at: Epoch(rawValue: 2)) }
                for _ in 0..<2 { try await engine.disable() }

                // An abort: the source serves again at the next epoch, and so does the stream.
                for _ in 0..<2 { try await engine.enable() }
                for _ in 0..<2 { try await engine.unfreeze(at: Epoch(rawValue: 2)) }
                await expect(.notHeld) { try await engine.freeze(at: .first, within: .seconds(1)) }
                let again = try await shards.switchOver(engine, from: Epoch(rawValue: 2))
                #expect(again.isEqual)
                for _ in 0..<2 { try await engine.open(at: Epoch(rawValue: 3)) }
                for _ in 0..<2 { try await engine.leave() }
                await expect(.refused) { try await engine.advanceReverse() }
                await expect(.refused) { try await engine.deleteRows(at: shards.target) }
                for _ in 0..<2 { try await engine.followReverse() }
                for _ in 0..<2 { try await engine.dropReverse() }
                for _ in 0..<2 { _ = try await engine.deleteRows(at: shards.source) }
                for _ in 0..<2 { try await engine.removeOwnership(at: shards.source) }
                for _ in 0..<2 { try await engine.release(at: shards.target) }
                let left = try await (shards.objects(at: shards.source), shards.objects(at: shards.target))
                #expect(left == (0, 0))
                await expect(.notHeld) { try await engine.deleteRows(at: shards.target) }
            }
        }
    }
}
