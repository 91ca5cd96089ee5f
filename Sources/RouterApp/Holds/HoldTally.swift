import HubModel
import HubWire

/// How many requests were held for each tenant's moves, by the epoch at which their hold ended; of the last tenants only.
///
/// A switch ends, for better or worse, with an epoch above the one it began at: that is the epoch of what it released. A
/// request that was never released counts for the epoch that its router knew then.
struct HoldTally {
    /// How a hold ended.
    enum Ending: Hashable {
        case released
        /// With 503: it had lasted as long as it may, or too many waited.
        case refused
        /// The client did not wait.
        case left
    }

    struct Sum: Hashable {
        var held = 0
        var late = 0
        var longest = Duration.zero

        mutating func add(_ waited: Duration, isLate: Bool, isFirst: Bool) {
            if isFirst { held += 1 }
            if isLate { late += 1 }
            longest = max(longest, waited)
        }

        static func += (left: inout Sum, right: Sum) {
            left.held += right.held
            left.late += right.late
            left.longest = max(left.longest, right.longest)
        }
    }

    private struct Entry {
        var released: [Epoch: Sum] = [:]
        var unreleased: [Epoch: Sum] = [:]
        /// Up to this epoch nothing is remembered.
        var forgotten: Epoch?
        var lastUse: UInt64

        mutating func keepLast(_ count: Int) {
            let known = Set(released.keys).union(unreleased.keys)
            guard known.count > count, let lowest = known.min() else { return }
            released[lowest] = nil
            unreleased[lowest] = nil
            forgotten = max(forgotten ?? lowest, lowest)
        }
    }

    /// How long a hold may last and yet be in time.
    static let lateAfter = Duration.milliseconds(InternalHolds.lateMilliseconds)

    private let tenants: Int
    private let epochs: Int
    private var entries: [TenantID: Entry] = [:]
    private var uses: UInt64 = 0
    private var hasForgotten = false

    /// - Parameters:
    ///   - tenants: how many are remembered.
    ///   - epochs: how many of each.
    init(tenants: Int = 1024, epochs: Int = 16) {
        self.tenants = tenants
        self.epochs = epochs
    }

    /// Counts a hold that has ended.
    ///
    /// - Parameters:
    ///   - waited: by the request, over all the times that it was held.
    ///   - before: what it had waited when it was counted last; nil for a request that was not counted yet.
    mutating func count(
        _ ending: Ending,
        of tenant: TenantID,
        at epoch: Epoch,
        waited: Duration,
        before: Duration? = nil
    ) {
        let isLate = ending == .refused || waited > HoldTally.lateAfter
        let becameLate = isLate && before.map { $0 <= HoldTally.lateAfter } ?? true
        uses += 1
        if entries[tenant] == nil { makeRoom() }
        var entry = entries[tenant] ?? Entry(forgotten: nil, lastUse: uses)
        entry.lastUse = uses
        if ending == .released {
            entry.released[epoch, default: Sum()].add(waited, isLate: becameLate, isFirst: before == nil)
        } else {
            entry.unreleased[epoch, default: Sum()].add(waited, isLate: becameLate, isFirst: before == nil)
        }
        entry.keepLast(epochs)
        entries[tenant] = entry
    }

    /// What was held for a tenant at epochs above `start` and up to `end`, and was not released from `start` on.
    ///
    /// - Returns: also whether some of it may be forgotten.
    func sum(of tenant: TenantID, after start: Epoch, upTo end: Epoch) -> (sum: Sum, isForgetful: Bool) {
        guard let entry = entries[tenant] else { return (Sum(), hasForgotten) }
        var sum = Sum()
        for (epoch, held) in entry.released where epoch > start && epoch <= end { sum += held }
        for (epoch, held) in entry.unreleased where epoch >= start && epoch <= end { sum += held }
        return (sum, entry.forgotten.map { $0 >= start } ?? false)
    }

    // MARK: - Private

    private mutating func makeRoom() {
        guard entries.count >= tenants, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse }) else {
            return
        }
        entries[oldest.key] = nil
        hasForgotten = true
    }
}
