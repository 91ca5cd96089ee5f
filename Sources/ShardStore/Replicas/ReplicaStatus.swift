package import Placement

/// How one replica is doing, and what has become of reads that might have gone there.
package struct ReplicaStatus: Sendable {
    package let name: String
    package let availability: ReplicaSetStateMachine.Availability
    /// Reads it has answered.
    package let reads: Int
    /// Reads that it could not answer yet, having replayed too little.
    package let behind: Int
    /// Reads that failed there, and were answered by the primary.
    package let failures: Int
}
