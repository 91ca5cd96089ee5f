import Directory
import HubModel
import Moving
import Postgres
import Testing

@Suite("The journal of moves", .serialized)
struct MoveJournalTests {
    private static let lease = Duration.seconds(60)
    private static let starter = OperatorReference(
        id: UserID("0198c0de-0000-7000-8000-000000000001")!,
        email: EmailAddress("ada@hub.test")!
    )

    private func begin(
        _ tenant: DirectoryTenant,
        to target: ShardID,
        wish: MoveWish? = nil,
        in directory: DirectoryFixture
    ) async throws -> DirectoryMove {
        try await directory.store.beginMove(
            of: tenant.id,
            to: target,
            wish: wish,
            MoveOptions(),
            by: MoveJournalTests.starter,
            OperatorContext()
        )
    }

    private func claim(_ directory: DirectoryFixture, as holder: ProcessName = "control") async throws -> [MoveRecord] {
        try await directory.store.claimMoves(for: holder, lease: MoveJournalTests.lease, limit: 10).map(\.record)
    }

    /// A record as the workflow would have it just before a step of the directory.
    private func standing(_ record: MoveRecord, at step: MoveStep) -> MoveRecord {
        var record = record
        (record.state, record.step) = (.switching, step)
        record.mark = LogPosition("0/16B3748")
        return record
    }

    private func code(_ body: () async throws -> Void) async -> DirectoryError.Code? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? DirectoryError)?.code
        }
    }

    @Test("A move is begun once, and only to another open shard of which the tenant is not")
    func begin() async throws {
        try await withDirectory { directory in
            let acme = try await directory.register("acme", in: "eu")
            let move = try await begin(acme, to: "us-1", in: directory)
            #expect(move.record.state == .planned && move.record.epoch == acme.epoch && move.startedBy != nil)
            let again = await code { _ = try await begin(acme, to: "us-2", in: directory) }
            #expect(again == .conflict)
            let globex = try await directory.register("globex", in: "eu")
            let same = await code { _ = try await begin(globex, to: "eu-1", in: directory) }
            #expect(same == .conflict)
            let nowhere = await code { _ = try await begin(globex, to: "moon-1", in: directory) }
            #expect(nowhere == .notFound(.shard))
            _ = try await begin(globex, to: "us-1", in: directory)
            let initech = try await directory.register("initech", in: "eu")
            let third = await code { _ = try await begin(initech, to: "us-1", in: directory) }
            #expect(third == .conflict, "the source has two already")
            let erasure = await code {
                _ = try await directory.store.beginErasure(of: acme.id, lease: .seconds(60), OperatorContext())
            }
            #expect(erasure == .conflict)
        }
    }

    @Test(
        "A move is one mover's, until its lease runs out; then the attempt is the next, and the old one writes nothing"
    )
    func attempts() async throws {
        try await withDirectory { directory in
            let acme = try await directory.register("acme", in: "eu")
            _ = try await begin(acme, to: "us-1", in: directory)
            let first = try #require(try await claim(directory).first)
            #expect(first.attempt.rawValue == 1)
            let held = try await claim(directory, as: "control-b")
            #expect(held.isEmpty)
            _ = try await directory.owner.query("UPDATE moves SET leaseUntil = now() - interval '1 second'")
            let second = try #require(try await claim(directory, as: "control-b").first)
            #expect(second.attempt.rawValue == 2)
            let store = directory.store
            let codes = [
                await code { try await store.journal(first, decidedBy: nil) },
                await code {
                    _ = try await store.renewMove(first.id, first.attempt, lease: .seconds(2), progress: nil)
                },
                await code {
                    try await store.hold(standing(first, at: .hold), then: standing(first, at: .freeze))
                },
                await code {
                    try await store.commit(
                        standing(first, at: .commit),
                        then: standing(first, at: .open),
                        comparing: []
                    )
                },
                await code {
                    _ = try await store.retakeMove(first.id, after: first.attempt, for: "control", lease: .zero)
                },
            ]
            #expect(codes == Array(repeating: .superseded, count: 5))
            let tenant = try await store.tenant(acme.id)
            #expect(tenant.state == .active && tenant.shard == "eu-1")
        }
    }

    @Test("A switch holds the tenant, names the other shard at the next epoch, and gives back the state it had")
    func forward() async throws {
        try await withDirectory { directory in
            let acme = try await directory.register("acme", in: "eu")
            _ = try await directory.store.setState(of: acme.id, to: .suspended, OperatorContext())
            _ = try await begin(acme, to: "us-1", in: directory)
            let move = try #require(try await claim(directory).first)
            try await directory.store.hold(standing(move, at: .hold), then: standing(move, at: .freeze))
            let held = try await directory.store.tenant(acme.id)
            #expect(held.state == .held && held.shard == "eu-1" && held.epoch == acme.epoch)
            let byHand = await code {
                _ = try await directory.store.setState(of: acme.id, to: .active, OperatorContext())
            }
            #expect(byHand == .conflict)
            var committed = standing(move, at: .open)
            (committed.serving, committed.epoch) = (.target, move.epoch.next)
            try await directory.store.commit(standing(move, at: .commit), then: committed, comparing: [])
            let moved = try await directory.store.tenant(acme.id)
            #expect(moved.state == .held && moved.shard == "us-1" && moved.epoch == acme.epoch.next)
            let twice = await code {
                try await directory.store.commit(standing(move, at: .commit), then: committed, comparing: [])
            }
            #expect(twice == .conflict)
            var released = committed
            released.step = .leave
            committed.step = .release
            try await directory.store.release(committed, then: released)
            let served = try await directory.store.tenant(acme.id)
            #expect(served.state == .suspended && served.shard == "us-1" && served.epoch == acme.epoch.next)
        }
    }

    @Test("An undone switch raises the epoch where the tenant was")
    func undone() async throws {
        try await withDirectory { directory in
            let acme = try await directory.register("acme", in: "eu")
            _ = try await begin(acme, to: "us-1", in: directory)
            let move = try #require(try await claim(directory).first)
            try await directory.store.hold(standing(move, at: .hold), then: standing(move, at: .unhold))
            var next = move
            (next.state, next.step, next.epoch) = (.catchingUp, .resumeForward, move.epoch.next)
            try await directory.store.unhold(standing(move, at: .unhold), then: next)
            let tenant = try await directory.store.tenant(acme.id)
            #expect(tenant.state == .active && tenant.shard == "eu-1" && tenant.epoch == acme.epoch.next)
            let journalled = try await directory.store.move(move.id).record
            #expect(journalled.state == .catchingUp && journalled.epoch == tenant.epoch)
        }
    }

    @Test("A wish is noted if it is legal, wakes a move at rest, and keeps a decision that was made without it out")
    func wishes() async throws {
        try await withDirectory { directory in
            let acme = try await directory.register("acme", in: "eu")
            let begun = try await begin(acme, to: "us-1", in: directory)
            let illegal = await code {
                _ = try await directory.store.wish(
                    .complete,
                    of: begun.record.id,
                    by: MoveJournalTests.starter,
                    .init()
                )
            }
            #expect(illegal == .conflict)
            var move = try #require(try await claim(directory).first)
            (move.state, move.step) = (.verified, nil)
            try await directory.store.journal(move, decidedBy: nil)
            try await directory.store.leaveMove(move.id, move.attempt)
            let resting = try await claim(directory)
            #expect(resting.isEmpty)
            _ = try await directory.store.wish(.cancel, of: move.id, by: MoveJournalTests.starter, OperatorContext())
            let late = await code { try await directory.store.journal(move, decidedBy: nil) }
            #expect(late == .conflict)
            let woken = try await claim(directory)
            #expect(woken.map(\.wish) == [.cancel])
            let events = try await directory.store.events(of: move.id, limit: 100)
            #expect(events.map(\.state) == [.planned, .planned, .verified, .verified, .verified])
            let resumed = try await directory.store.events(of: move.id, after: events[2].id, limit: 100)
            #expect(resumed == Array(events.dropFirst(3)))
        }
    }

    @Test("What routers held for a switch is in its certificate; who knew it once is believed, who never did is named")
    func holds() async throws {
        try await withDirectory { directory in
            let store = directory.store
            let acme = try await directory.register("acme", in: "eu")
            _ = try await begin(acme, to: "us-1", in: directory)
            let move = try #require(try await claim(directory).first)
            try await store.hold(standing(move, at: .hold), then: standing(move, at: .freeze))
            var committed = standing(move, at: .open)
            (committed.serving, committed.epoch) = (.target, move.epoch.next)
            try await store.commit(standing(move, at: .commit), then: committed, comparing: [])

            let epoch = move.epoch.next
            let span = try await store.holdSpan(of: move.id, upTo: epoch)
            #expect(span.start == acme.epoch && span.elapsed < .seconds(60))
            let known = HeldRequests.Count(held: 5, late: 1, longest: .milliseconds(300))
            try await store.noteHolds(of: move.id, epoch: epoch, HeldRequests([("router", known), ("router-b", nil)]))
            let later = HeldRequests.Count(held: 6, late: 1, longest: .milliseconds(200))
            try await store.noteHolds(of: move.id, epoch: epoch, HeldRequests([("router", later), ("router-b", nil)]))
            try await store.noteHolds(of: move.id, epoch: epoch, HeldRequests([("router", nil), ("router-b", nil)]))
            let switches = try await store.switches(of: [move.id])[move.id]
            let made = try #require(switches?.first)
            #expect(made.epoch == epoch && made.direction == .forward && made.pause == nil)
            #expect(made.requests.known == .init(held: 6, late: 1, longest: .milliseconds(300)))
            #expect(made.requests.silentRouters == ["router-b"])

            var certifying = committed
            (certifying.state, certifying.step) = (.completing, .certify)
            var done = certifying
            (done.state, done.step) = (.completed, nil)
            try await store.certify(certifying, then: done)
            let certificate = try await store.certificate(of: move.id)
            #expect(certificate.text.contains("requests 6 1\nlongest 300000\nsilent router-b\n"), "\(certificate.text)")
        }
    }

    @Test("Certificates are a chain in which a changed or missing one is found")
    func certificates() async throws {
        try await withDirectory { directory in
            for name in ["acme", "globex", "initech"] {
                let tenant = try await directory.register(name, in: "eu")
                _ = try await begin(tenant, to: "us-1", in: directory)
                var move = try #require(try await claim(directory).first)
                (move.state, move.step, move.serving) = (.completing, .certify, .target)
                var done = move
                (done.state, done.step) = (.completed, nil)
                try await directory.store.certify(move, then: done)
                let certificate = try await directory.store.certificate(of: move.id)
                #expect(certificate.text.contains("tenant \(tenant.id)\n"))
            }
            let whole = try await directory.store.verifyCertificates()
            #expect(whole == (3, nil))
            _ = try await directory.owner.query(
                "UPDATE move_certificates SET text = replace(text, 'target us-1', 'target us-2') WHERE number = 2"
            )
            let changed = try await directory.store.verifyCertificates()
            #expect(changed.count == 2 && changed.fault?.contains("certificate 2") == true)
            _ = try await directory.owner.query("DELETE FROM move_certificates WHERE number = 2")
            let missing = try await directory.store.verifyCertificates()
            #expect(missing.fault == "certificate 2 is missing")
            for sql in ["DELETE FROM move_certificates", "UPDATE move_certificates SET text = ''"] {
                let error = await #expect(throws: PostgresError.self) {
                    try await directory.control.query(PostgresQuery(unsafeSQL: sql))
                }
                #expect(error?.sqlState == "42501")
            }
        }
    }
}
