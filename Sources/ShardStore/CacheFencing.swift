/// Who sees to it that nobody reads from the cache what a store's writes are about to change.
package enum CacheFencing: Sendable {
    /// The process's own part in the cache.
    case by(any WriteFencing)
    /// Nobody: while the cache is used, a write that changes what it holds is refused.
    case nobody
    /// Nobody has to: the store writes tenants that no router knows yet, so that no cache can hold anything of theirs.
    case unserved
}
