package import Placement
import Synchronization

/// The health of every backend that a router knows, one record each however many event loops ask.
package final class BackendHealthRegistry: Sendable {
    private let records = Mutex<[BackendAddress: BackendHealth]>([:])
    private let onChange: @Sendable (BackendAddress, BackendHealthStateMachine.Action) -> Void

    package init(onChange: @escaping @Sendable (BackendAddress, BackendHealthStateMachine.Action) -> Void) {
        self.onChange = onChange
    }

    /// All records, for the prober.
    var all: [BackendHealth] { records.withLock { Array($0.values) } }

    func health(of address: BackendAddress) -> BackendHealth {
        records.withLock { records in
            if let health = records[address] { return health }
            let health = BackendHealth(address: address, onChange: onChange)
            records[address] = health
            return health
        }
    }

    /// Forgets the backends that are in no list any more.
    func retain(only addresses: Set<BackendAddress>) {
        records.withLock { records in records = records.filter { addresses.contains($0.key) } }
    }
}
