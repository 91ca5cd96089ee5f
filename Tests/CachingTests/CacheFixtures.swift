import Caching
import FoundationEssentials
import HubModel

/// Moments, tokens and scopes for the tests of the state machines.
enum Sample {
    static let tenant = TenantID(UUID(uuid: (1, 0, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 1)))
    static let user = UserID(UUID(uuid: (2, 0, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 1)))
    static let server = GateServer(run: RunID(rawValue: "run"), nonce: GateNonce(high: 1, low: 1))
    static let pass = GatePass(epoch: GateEpoch(rawValue: 1), server: server)
    static let token = FillToken(high: 0, low: 1)
    static let otherToken = FillToken(high: 0, low: 2)
    static let writer = WriterID(rawValue: 11)
    static let otherWriter = WriterID(rawValue: 12)

    static func time(_ milliseconds: Int64) -> MonotonicTime { MonotonicTime(microseconds: milliseconds * 1000) }

    static func scope(_ subjects: CacheSubject...) -> CacheScope {
        CacheScope(tenant: tenant, tenantEpoch: .first, subjects: subjects)
    }

    /// A row that was opened once.
    static var open: GateRow {
        var row = GateRow(epoch: GateEpoch(rawValue: 0))
        _ = row.open(after: GateEpoch(rawValue: 0), server)
        return row
    }

    /// A lease that was asked for at time 0.
    static var lease: GateLeaseStateMachine {
        var lease = GateLeaseStateMachine()
        _ = lease.observe(open, asked: time(0), now: time(1))
        return lease
    }

    static func reply(_ outcome: CacheReply<String>.Outcome, run: String = "run") -> CacheReply<String> {
        CacheReply(server: RunID(rawValue: run), outcome)
    }
}
