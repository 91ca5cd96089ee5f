import Caching
import ShardStore
import Synchronization

/// Fences in Redis what a transaction changes, before it commits.
struct CacheFence: WriteFencing {
    private typealias Machine = CacheWriteStateMachine<CachedBytes>

    let gate: CacheGate
    let server: CacheServer
    let timing: CacheTiming
    let counts: CacheCounts
    let failpoints: Failpoints

    func raise(_ scope: CacheScope, _ row: GateRow, writer: WriterID) async -> WriteFence {
        // An opening that another writer could not fence under is at its end, whatever the row says yet.
        if case .on = row.mode, gate.isCondemned(row.epoch) { return .refused(retryAfter: timing.writeRetry) }
        var machine = Machine(scope, timing: timing)
        _ = machine.start()
        var action = gate.withLease { machine.begin(row, writer: writer, $0, now: $1) }
        while true {
            switch action {
            case .ask(let command):
                let reply = await server.run(command)
                await failpoints.pass(.afterFence)
                action = gate.withLease { machine.receive(reply, $0, now: $1) }
                if case .commit = action { counts.fences.add(1, ordering: .relaxed) }
            case .commit:
                await failpoints.pass(.beforeCommit)
                return .raised { [machine] ending in await lower(machine, ending) }
            case .rollBack(let epoch, let command, let delay):
                if let epoch {
                    gate.close(
                        epoch,
                        reason: "a write could not be fenced: \(server.counters.latestError ?? "no answer")"
                    )
                } else {
                    gate.look()
                }
                // Not here, where the transaction holds its connection and the tenant's turn.
                if let command { gate.run(later: command) }
                return .refused(retryAfter: delay)
            case .begin, .acknowledge, .refuse, .failUnknown:
                preconditionFailure("a fence that is not up yet came down")
            }
        }
    }

    func settle() async {
        let deadline = MonotonicTime.now + timing.drain * 2
        while gate.isEnding, MonotonicTime.now < deadline {
            guard (try? await Task.sleep(for: timing.writeRetry)) != nil else { return }
        }
    }

    // MARK: - Private

    private func lower(_ machine: Machine, _ ending: TransactionEnding) async {
        if ending == .committed { await failpoints.pass(.afterCommit) }
        var machine = machine
        guard case .ask(let command) = machine.end(ending) else { return }
        await failpoints.pass(.beforeUnfence)
        // Lost, it costs speed: readers go to the primary until one of them learns that the transaction has ended.
        _ = await server.run(command)
    }
}
