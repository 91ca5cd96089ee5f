import Placement
import Synchronization

/// The health of one backend, shared by the prober and all event loops of a router.
final class BackendHealth: Sendable {
    let address: BackendAddress
    private let machine: Mutex<BackendHealthStateMachine>
    /// Whether the machine is in its plain healthy state, where a request changes nothing: the path without the lock.
    private let isPlainlyHealthy = Atomic<Bool>(true)
    private let breaks = Atomic<Int>(0)
    private let onChange: @Sendable (BackendAddress, BackendHealthStateMachine.Action) -> Void

    init(
        address: BackendAddress,
        configuration: BackendHealthStateMachine.Configuration = .init(),
        onChange: @escaping @Sendable (BackendAddress, BackendHealthStateMachine.Action) -> Void
    ) {
        self.address = address
        machine = Mutex(BackendHealthStateMachine(configuration: configuration))
        self.onChange = onChange
    }

    /// Rises whenever a connection breaks under a request. A connection that is older is not used again: where a process
    /// dies, its connections close one after the other, and what is sent on one of the last is lost without need.
    var generation: Int { breaks.load(ordering: .relaxed) }

    func connectionBroke() { breaks.add(1, ordering: .relaxed) }

    var availability: BackendHealthStateMachine.Availability {
        if isPlainlyHealthy.load(ordering: .relaxed) { return .available }
        return machine.withLock { $0.availability(now: .now) }
    }

    func requestStarted() {
        if isPlainlyHealthy.load(ordering: .relaxed) { return }
        change { machine in
            machine.requestStarted(now: .now)
            return .none
        }
    }

    func requestSucceeded() {
        if isPlainlyHealthy.load(ordering: .relaxed) { return }
        change { $0.requestSucceeded() }
    }

    func requestFailed(_ failure: BackendHealthStateMachine.Failure) {
        change { $0.requestFailed(failure, now: .now) }
    }

    func probeSucceeded() {
        if isPlainlyHealthy.load(ordering: .relaxed) { return }
        change { $0.probeSucceeded(now: .now) }
    }

    func probeFailed(_ failure: BackendHealthStateMachine.Failure) {
        change { $0.probeFailed(failure) }
    }

    // MARK: - Private

    private func change(_ event: (inout BackendHealthStateMachine) -> BackendHealthStateMachine.Action) {
        let action = machine.withLock { machine in
            let action = event(&machine)
            isPlainlyHealthy.store(!machine.awaitsSuccess, ordering: .relaxed)
            return action
        }
        // Told outside the lock: it logs.
        if action != .none { onChange(address, action) }
    }
}
