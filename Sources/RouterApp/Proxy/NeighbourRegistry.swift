import Placement
import Synchronization
import Throttling

/// Of each machine whether more than one tenant uses it, one record each however many event loops and shards ask.
final class NeighbourRegistry: Sendable {
    private let records = Mutex<[String: Neighbours]>([:])

    /// The records of the machines that backends run on. Shards whose backends share a machine share its processors: a
    /// burst in the one is felt in the other.
    func neighbours(at backends: [BackendAddress]) -> [Neighbours] {
        let hosts = Set(backends.map(\.host)).sorted()
        return records.withLock { records in
            hosts.map { host in
                if let neighbours = records[host] { return neighbours }
                let neighbours = Neighbours()
                records[host] = neighbours
                return neighbours
            }
        }
    }
}
