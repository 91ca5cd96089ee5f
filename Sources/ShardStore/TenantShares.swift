package import HubModel
import Synchronization
import Throttling

/// Each tenant's share of something that one backend has little of: a burst of one tenant waits for itself, and leaves the
/// rest to the others.
///
/// Around transactions, what is shared is the connections to the shard: streams and slow readers hold none between two
/// reads. Around requests, it is the processor.
package final class TenantShares: Sendable {
    package struct Limits: Hashable, Sendable {
        /// Turns of one tenant at once while it is alone.
        package var concurrent: Int
        /// The same beside other tenants, so that theirs come soon.
        package var contended: Int
        /// How many of one tenant may wait for a turn; further ones are refused.
        package var waiting: Int
        /// The longest wait.
        package var patience: Duration

        package init(concurrent: Int, contended: Int? = nil, waiting: Int, patience: Duration = .milliseconds(900)) {
            self.concurrent = concurrent
            self.contended = contended ?? concurrent
            self.waiting = waiting
            self.patience = patience
        }
    }

    private typealias Machine = TenantLine<CheckedContinuation<Outcome, Never>>

    private enum Outcome {
        case entered
        case refused
        case overdue
        case cancelled
    }

    /// Some of the tenants, behind a lock of their own.
    private final class Stripe: Sendable {
        let machine: Mutex<Machine>

        init(_ limits: Machine.Limits) {
            machine = Mutex(Machine(limits: limits))
        }
    }

    private let stripes: [Stripe]
    private let neighbours = Neighbours()
    private let patience: Duration
    private let lastWaiter = Atomic<UInt64>(0)
    private let refusals = Atomic<Int>(0)

    package init(limits: Limits) {
        let machine = Machine.Limits(
            concurrent: limits.concurrent,
            contended: limits.contended,
            waiting: limits.waiting
        )
        stripes = (0..<16).map { _ in Stripe(machine) }
        patience = limits.patience
    }

    /// How many have their turn, how many wait, and how many were refused or waited in vain so far.
    package var statistics: (inside: Int, waiting: Int, refused: Int) {
        let loads = stripes.map { $0.machine.withLock { $0.load } }
        return (
            loads.reduce(0) { $0 + $1.inside }, loads.reduce(0) { $0 + $1.waiting },
            refusals.load(ordering: .relaxed)
        )
    }

    /// Runs `body` when it is the tenant's turn, which ends with it, or when ``TenantTurn/giveUp()`` says so.
    ///
    /// - Throws: ``ShardError`` `.overShare` when too much of the tenant waits already, `.unavailable` when the wait was
    ///   too long, `.cancelled`; else what `body` throws.
    package func withShare<Answer>(
        of tenant: TenantID,
        isolation: isolated (any Actor)? = #isolation,
        _ body: () async throws -> Answer
    ) async throws -> Answer {
        let stripe = stripes[Int(truncatingIfNeeded: UInt(bitPattern: tenant.hashValue) % UInt(stripes.count))]
        neighbours.note(tenant, at: Neighbours.now())
        switch stripe.machine.withLock({ $0.enter(tenant, isContended: neighbours.areThere(at: Neighbours.now())) }) {
        case .entered: break
        case .refused: throw refusal(.refused)
        case .occupied:
            let outcome = await waitForTurn(of: tenant, in: stripe)
            guard outcome == .entered else { throw refusal(outcome) }
        }
        let turn = TenantTurn { [neighbours] in
            let isContended = neighbours.areThere(at: Neighbours.now())
            let next = stripe.machine.withLock { $0.leave(tenant, isContended: isContended) }
            for waiter in next { waiter.resume(returning: .entered) }
        }
        defer { turn.giveUp() }
        return try await TenantTurn.$current.withValue(turn, operation: body)
    }

    // MARK: - Private

    private func waitForTurn(of tenant: TenantID, in stripe: Stripe) async -> Outcome {
        let id = lastWaiter.add(1, ordering: .relaxed).newValue
        let giveUp: @Sendable (Outcome) -> Void = { outcome in
            stripe.machine.withLock { $0.giveUp(id, of: tenant) }?.resume(returning: outcome)
        }
        return await withTaskGroup(of: Void.self) { group in
            group.addTask { [patience] in
                // Cancelled, it ends early, and there is nobody left to give up.
                guard (try? await Task.sleep(for: patience)) != nil else { return }
                giveUp(.overdue)
            }
            defer { group.cancelAll() }
            return await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let isContended = neighbours.areThere(at: Neighbours.now())
                    let admission = stripe.machine.withLock {
                        $0.enqueue(continuation, id: id, of: tenant, isContended: isContended)
                    }
                    switch admission {
                    case .entered: continuation.resume(returning: .entered)
                    case .refused, .occupied: continuation.resume(returning: .refused)
                    // The handler may have run before there was a waiter to cancel.
                    case nil: if Task.isCancelled { giveUp(.cancelled) }
                    }
                }
            } onCancel: {
                giveUp(.cancelled)
            }
        }
    }

    private func refusal(_ outcome: Outcome) -> ShardError {
        if outcome != .cancelled { refusals.add(1, ordering: .relaxed) }
        return switch outcome {
        case .cancelled: ShardError(.cancelled, "what waited for the tenant's turn was given up")
        case .overdue: ShardError(.unavailable, "the tenant's turn did not come within \(patience)")
        case .entered, .refused: ShardError(.overShare, "too much of the tenant waits already")
        }
    }
}
