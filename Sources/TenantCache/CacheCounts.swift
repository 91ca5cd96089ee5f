import Synchronization

/// What a backend's cache has done since it started.
final class CacheCounts: Sendable {
    let hits = Atomic<Int>(0)
    let misses = Atomic<Int>(0)
    let bypasses = Atomic<Int>(0)
    let fills = Atomic<Int>(0)
    let fences = Atomic<Int>(0)
    let closings = Atomic<Int>(0)
    let audited = Atomic<Int>(0)
    let inconsistent = Atomic<Int>(0)

    func counts(refused: Int) -> CacheStatus.Counts {
        var counts = CacheStatus.Counts()
        counts.hits = hits.load(ordering: .relaxed)
        counts.misses = misses.load(ordering: .relaxed)
        counts.bypasses = bypasses.load(ordering: .relaxed)
        counts.fills = fills.load(ordering: .relaxed)
        counts.refused = refused
        counts.fences = fences.load(ordering: .relaxed)
        counts.closings = closings.load(ordering: .relaxed)
        counts.audited = audited.load(ordering: .relaxed)
        counts.inconsistent = inconsistent.load(ordering: .relaxed)
        return counts
    }
}
