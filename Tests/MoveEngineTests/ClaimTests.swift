import HubModel
import MoveEngine
import Postgres
import Testing

extension MoveTests {
    @Suite("Claims")
    struct ClaimTests {
        @Test("A mover that was followed by another changes nothing any more, by whichever verb")
        func stale() async throws {
            try await withMove(projects: [2]) { shards in
                let stale = try shards.engine()
                try await shards.stream(stale)
                try await stale.openReverse()
                let adopter = try shards.engine(attempt: 2)
                try await adopter.adopt()
                let verbs: [(String, (MoveEngine) async throws -> Void)] = [
                    ("claim", { try await $0.claimTenant() }), ("adopt", { try await $0.adopt() }),
                    ("clear", { try await $0.clear() }), ("publish", { try await $0.publish() }),
                    ("copy", { _ = try await $0.copy() }), ("subscribe", { try await $0.subscribe() }),
                    ("enable", { try await $0.enable() }), ("disable", { try await $0.disable() }),
                    ("dropStream", { try await $0.dropStream() }), ("openReverse", { try await $0.openReverse() }),
                    ("advanceReverse", { _ = try await $0.advanceReverse() }),
                    ("followReverse", { try await $0.followReverse() }),
                    ("dropReverse", { try await $0.dropReverse() }), ("mark", { _ = try await $0.mark() }),
                    ("freeze", { try await $0.freeze(at: .first, within: .seconds(1)) }),
                    ("unfreeze", { try await $0.unfreeze(at: Epoch(rawValue: 2)) }),
                    ("leave", { try await $0.leave() }),
                    ("deleteRows", { _ = try await $0.deleteRows(at: $0.target) }),
                    ("removeOwnership", { try await $0.removeOwnership(at: $0.target) }),
                    ("release", { try await $0.release(at: $0.source) }),
                ]
                for (name, verb) in verbs {
                    do {
                        try await verb(stale)
                        Issue.record("\(name) was done")
                    } catch let error as MoveError {
                        let isExpected =
                            error.code == .superseded || name == "removeOwnership" && error.code == .refused
                        #expect(isExpected, "\(name): \(error)")
                    }
                }
                let ownership = try await adopter.ownership(at: shards.source)
                #expect(ownership?.state == .active && ownership?.epoch == .first)
                let verification = try await adopter.verify()
                #expect(verification.isEqual)
                try await adopter.disable()
                await expect(.superseded) { try await stale.open(at: Epoch(rawValue: 2)) }
                try await adopter.clear()
            }
        }

        @Test("A mover that comes back after its move has ended changes nothing, though the ownership row is gone")
        func outlived() async throws {
            try await withMove(projects: [1]) { shards in
                let stale = try shards.engine()
                try await stale.claimTenant()
                let last = try shards.engine(attempt: 2)
                try await last.claimTenant()
                try await last.clear()
                try await last.removeOwnership(at: shards.target)
                try await last.release(at: shards.source)

                let verbs: [(String, (MoveEngine) async throws -> Void)] = [
                    ("claim at the target", { try await $0.claim(at: $0.target, isNew: true) }),
                    ("claim at the source", { try await $0.claim(at: $0.source, isNew: true) }),
                    ("adopt", { try await $0.adopt() }), ("clear", { try await $0.clear() }),
                    ("publish", { try await $0.publish() }), ("copy", { _ = try await $0.copy() }),
                    ("open", { try await $0.open(at: Epoch(rawValue: 2)) }),
                    ("deleteRows", { _ = try await $0.deleteRows(at: $0.target) }),
                    ("dropStreams", { try await $0.dropStreams() }),
                    ("freeze", { try await $0.freeze(at: .first, within: .seconds(1)) }),
                ]
                func refusesAll() async throws {
                    for (name, verb) in verbs {
                        do {
                            try await verb(stale)
                            // Without rows and streams there is nothing that these two would change.
                            #expect(name == "deleteRows" || name == "dropStreams", "\(name) was done")
                        } catch let error as MoveError {
                            #expect(error.code == .superseded, "\(name): \(error)")
                        }
                    }
                }
                try await refusesAll()
                let gone = try await last.ownership(at: shards.target)
                #expect(gone == nil, "no late claim has brought the row back")
                await expect(.notHeld) { try await last.claimTenant() }

                // The row comes back, for another move of the tenant.
                let other = try shards.engine(move: MoveID.make(at: Timestamp(microseconds: 1_760_000_000_000_000)))
                try await shards.stream(other)
                try await refusesAll()
                let back = try await other.ownership(at: shards.target)
                #expect(back?.state == .importing)
                let verification = try await other.verify()
                #expect(verification.isEqual)
                try await other.clear()
            }
        }

        @Test("A tenant is in one move at a time, and a move that has ended cannot have it again")
        func exclusive() async throws {
            try await withMove(projects: [1]) { shards in
                let engine = try shards.engine()
                try await engine.claimTenant()
                let other = try shards.engine(move: MoveID.make(at: Timestamp(microseconds: 1_760_000_000_000_000)))
                let error = await expect(.notHeld) { try await other.claimTenant() }
                #expect(error?.message.contains("\(shards.move)") == true)
                await expect(.notHeld) { try await other.publish() }
                try await engine.clear()
                try await engine.removeOwnership(at: shards.target)
                try await engine.release(at: shards.source)
                await expect(.notHeld) { try await engine.claimTenant() }
                await expect(.notHeld) { try await engine.publish() }
                try await other.claimTenant()
                try await other.clear()
            }
        }

        @Test("The application's role freezes its own tenant for the move that holds it, and can do nothing else")
        func freezing() async throws {
            try await withMove(projects: [1]) { shards in
                let engine = try shards.engine()
                try await engine.claimTenant()
                func freeze(_ tenant: TenantID, move: MoveID, attempt: Int64, epoch: Int64 = 1) async -> String? {
                    do {
                        _ = try await shards.source.pool.transact(
                            TransactionOptions(),
                            prologue: [
                                "SET LOCAL ROLE hub_app",
                                "SELECT set_config('hub.tenant', \(shards.tenant.uuid)::text, true)",
                            ],
                            ["SELECT hub_freeze_tenant(\(tenant.uuid), \(epoch), \(move.uuid), \(attempt))"]
                        )
                        return nil
                    } catch {
                        return error.sqlState
                    }
                }
                let tenant = shards.tenant
                let other = MoveID.make(at: Timestamp(microseconds: 1))
                try await engine.adopt()
                let refusals = [
                    await freeze(shards.neighbours[0], move: shards.move, attempt: 1),
                    await freeze(tenant, move: other, attempt: 1),
                    await freeze(tenant, move: shards.move, attempt: 1, epoch: 2),
                ]
                #expect(refusals == ["42501", "HU409", "HU421"])
                try await shards.engine(attempt: 3).adopt()
                let stale = await freeze(tenant, move: shards.move, attempt: 2)
                #expect(stale == "HU410")
                for _ in 0..<2 {
                    let done = await freeze(tenant, move: shards.move, attempt: 3)
                    #expect(done == nil)
                }
                let ownership = try await engine.ownership(at: shards.source)
                #expect(ownership?.state == .frozen)
            }
        }
    }
}
