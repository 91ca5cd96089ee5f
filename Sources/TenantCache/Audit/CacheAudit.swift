import Caching
import HubModel
import Logging
import ServiceLifecycle
import ShardStore
import Synchronization

/// Compares cached items with their rows while people work, all the time, a few at a time: the consistency that the
/// protocol promises is measured, not believed.
///
/// An item is read, then its rows, then the item again. When both readings show the same fill, nothing was written in
/// between, for a write would have fenced the item before it committed; so the rows must say what the item says. When they
/// differ, or the gate is not open all the while, nothing can be concluded, and the sample does not count.
struct CacheAudit: Service {
    static let interval = Duration.seconds(5)
    static let samples = 4

    let gate: CacheGate
    let server: CacheServer
    let source: ItemSource
    let counts: CacheCounts
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: CacheAudit.interval)) != nil { await audit() }
        }
    }

    /// Looks at some items, wherever they lie.
    func audit() async {
        guard let pass = gate.pass else { return }
        for key in (try? await server.sample(CacheAudit.samples)) ?? [] where key.gateEpoch == pass.epoch {
            await audit(key, pass)
        }
    }

    /// Whether an item says what its rows say; nil when that cannot be told.
    ///
    /// Of a user, expired sessions are told or not, depending on when the item was filled; with more sessions than are told,
    /// one that has expired makes room for another.
    ///
    /// The position that an item tells is one that was enough when it was filled; the primary's own goes on with everybody's
    /// writes.
    static func agree(_ item: CachedBytes, _ rows: CachedBytes, on subject: CacheSubject, at now: Timestamp) -> Bool? {
        if item.bytes == rows.bytes { return true }
        if case .position = subject { return nil }
        guard case .user = subject, let old = try? CachedContents<UserAuthorisation>(bytes: item.bytes).item,
            let new = try? CachedContents<UserAuthorisation>(bytes: rows.bytes).item
        else { return false }
        guard old.hasAllSessions, new.hasAllSessions else { return nil }
        return old.lasting(at: now) == new.lasting(at: now)
    }

    // MARK: - Private

    private func audit(_ key: CacheKey, _ pass: GatePass) async {
        guard let first = try? await server.peek(key),
            let rows = try? await source.item(of: key, fill: first.fill),
            let second = try? await server.peek(key), second.fill == first.fill, gate.pass == pass
        else { return }
        guard let isEqual = CacheAudit.agree(first, rows, on: key.subject, at: .current) else { return }
        counts.audited.add(1, ordering: .relaxed)
        if isEqual { return }
        counts.inconsistent.add(1, ordering: .relaxed)
        logger.error(
            "a cached item is not what its rows say; the gate is being closed",
            metadata: ["tenant": "\(key.tenant)", "item": "\(key.subject)", "gate_epoch": "\(pass.epoch.rawValue)"]
        )
        gate.close(pass.epoch, reason: "the auditor found a cached item that differs from its rows")
    }
}
