import Caching
import Synchronization

/// Reads a tenant's items from Redis where it may, and from the primary where it must.
struct CacheReader: Sendable {
    /// What the primary holds of some subjects, in their order, and which of the transactions have ended.
    typealias Primary =
        @Sendable (_ subjects: [CacheSubject], _ transactions: [WriterID], _ fill: FillToken) async throws
        -> (values: [CachedBytes], ended: [WriterID])

    private typealias Machine = CacheReadStateMachine<CachedBytes>

    let gate: CacheGate
    let server: CacheServer
    let timing: CacheTiming
    let counts: CacheCounts

    /// The items of the scope.
    ///
    /// - Throws: what `primary` throws.
    func read(_ scope: CacheScope, _ primary: Primary) async throws -> ItemReading {
        var generator = SystemRandomNumberGenerator()
        let token = FillToken(using: &generator)
        var machine = Machine(scope, token: token, timing: timing)
        var action = gate.withLease { machine.start($0, now: $1) }
        while true {
            switch action {
            case .ask(let command):
                let reply = await server.run(command)
                let step = gate.withLease { machine.receive(reply, $0, now: $1) }
                if case .close(let epoch) = step.gate {
                    gate.close(epoch, reason: "Redis is another one than the gate was opened for, or was emptied")
                }
                action = step.action
            case .wait(let duration):
                try await Task.sleep(for: duration)
                action = gate.withLease { machine.resume($0, now: $1) }
            case .readPrimary(let subjects, let transactions):
                let (values, ended) = try await primary(subjects, transactions, token)
                action = machine.receive(primary: values, ended: ended)
            case .serve(let values, let commands):
                count(machine.hits, of: values.count, commands)
                // They are awaited, so that what comes after finds the items; none of them can make the read wrong.
                for command in commands { _ = await server.run(command) }
                return ItemReading(subjects: scope.subjects, values: values, token: token)
            }
        }
    }

    // MARK: - Private

    private func count(_ hits: Int, of items: Int, _ commands: [CacheCommand<CachedBytes>]) {
        var fills = 0
        for case .fill(let values, _) in commands.map(\.operation) { fills += values.count }
        counts.hits.add(hits, ordering: .relaxed)
        counts.misses.add(fills, ordering: .relaxed)
        counts.bypasses.add(items - hits - fills, ordering: .relaxed)
        counts.fills.add(fills, ordering: .relaxed)
    }
}
