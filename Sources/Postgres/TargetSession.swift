/// Which servers of a configuration are acceptable.
package enum TargetSession: String, Sendable, Hashable {
    /// The first that answers.
    case any
    /// The first that accepts writes: the primary.
    case readWrite = "read-write"
    /// The first that does not: a replica.
    case readOnly = "read-only"
}
