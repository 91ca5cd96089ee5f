import Caching
import HubModel
import Testing

struct CacheReadTests {
    private typealias Action = CacheReadStateMachine<String>.Action

    private func reader(_ subjects: CacheSubject...) -> CacheReadStateMachine<String> {
        CacheReadStateMachine(
            CacheScope(tenant: Sample.tenant, tenantEpoch: .first, subjects: subjects),
            token: Sample.token
        )
    }

    @Test("A hit of all items is served after one question")
    func hit() {
        var reader = reader(.settings, .projects)
        guard case .ask(let command) = reader.start(Sample.lease, now: Sample.time(1)),
            case .read(let keys, Sample.token) = command.operation
        else {
            Issue.record("no question")
            return
        }
        #expect(command.nonce == Sample.server.nonce)
        #expect(keys.count == 2)
        let reply = Sample.reply(.readings([.value("s"), .value("p")]))
        let (action, gate) = reader.receive(reply, Sample.lease, now: Sample.time(2))
        guard case .serve(["s", "p"], let commands) = action else {
            Issue.record("\(action)")
            return
        }
        #expect(commands.isEmpty)
        #expect(gate == nil)
        #expect(reader.hits == 2)
    }

    @Test("An absent item is read from the primary and filled with the reader's token; a fenced one is not filled")
    func miss() {
        var reader = reader(.settings, .projects)
        _ = reader.start(Sample.lease, now: Sample.time(1))
        let reply = Sample.reply(.readings([.fenced(doubtful: [Sample.writer]), .leased]))
        let (action, _) = reader.receive(reply, Sample.lease, now: Sample.time(2))
        guard case .readPrimary([.settings, .projects], transactions: [Sample.writer]) = action else {
            Issue.record("\(action)")
            return
        }
        let last = reader.receive(primary: ["s", "p"], ended: [Sample.writer])
        guard case .serve(["s", "p"], let commands) = last, commands.count == 2,
            case .fill(let values, Sample.token) = commands[0].operation,
            case .unfence(let keys, [Sample.writer]) = commands[1].operation
        else {
            Issue.record("\(last)")
            return
        }
        #expect(values.map(\.key.subject) == [.projects])
        #expect(keys.map(\.subject) == [.settings])
    }

    @Test("A reader waits once for another's fill, then goes to the primary and fills nothing")
    func wait() {
        var reader = reader(.projects)
        _ = reader.start(Sample.lease, now: Sample.time(1))
        let reply = Sample.reply(.readings([.leasedByAnother]))
        guard case .wait = reader.receive(reply, Sample.lease, now: Sample.time(2)).action,
            case .ask = reader.resume(Sample.lease, now: Sample.time(22)),
            case .readPrimary = reader.receive(reply, Sample.lease, now: Sample.time(23)).action,
            case .serve(["p"], let commands) = reader.receive(primary: ["p"], ended: [])
        else {
            Issue.record("another way was taken")
            return
        }
        #expect(commands.isEmpty)
    }

    @Test(
        "Without a lease, or without a reply that counts, the primary answers and nothing is filled",
        arguments: [
            (CacheReply<String>?.none, Int64(2), GateLeaseStateMachine.Action?.none),
            (Sample.reply(.readings([.value("stale")])), 2_000, nil),
            (Sample.reply(.readings([.leased])), 2_000, nil),
            (Sample.reply(.foreign), 2, .close(GateEpoch(rawValue: 1))),
            (Sample.reply(.readings([.value("stale")]), run: "another"), 2, .close(GateEpoch(rawValue: 1))),
        ]
    )
    func distrust(_ reply: CacheReply<String>?, _ time: Int64, _ expected: GateLeaseStateMachine.Action?) {
        var reader = reader(.projects)
        _ = reader.start(Sample.lease, now: Sample.time(1))
        let (action, gate) = reader.receive(reply, Sample.lease, now: Sample.time(time))
        #expect(gate == expected)
        guard case .readPrimary([.projects], transactions: []) = action,
            case .serve(["p"], let commands) = reader.receive(primary: ["p"], ended: [])
        else {
            Issue.record("\(action)")
            return
        }
        #expect(commands.isEmpty)
    }

    @Test("Without a lease Redis is not asked")
    func noLease() {
        var reader = reader(.projects)
        guard case .readPrimary = reader.start(Sample.lease, now: Sample.time(2_000)) else {
            Issue.record("Redis was asked")
            return
        }
    }
}
