import Synchronization
import Throttling

/// Of each shard whether more than one tenant uses it, one record each however many event loops ask.
final class NeighbourRegistry: Sendable {
    private let records = Mutex<[String: Neighbours]>([:])

    /// - Parameter group: the shard's id, or `control`.
    func neighbours(in group: String) -> Neighbours {
        records.withLock { records in
            if let neighbours = records[group] { return neighbours }
            let neighbours = Neighbours()
            records[group] = neighbours
            return neighbours
        }
    }
}
