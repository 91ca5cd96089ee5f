import HubModel
import MoveEngine

/// What was brought back of a tenant, what was lost of it, and how that is brought back.
struct RewindReport: Report {
    struct Times: Encodable, Sendable {
        /// Bringing the files of the shard's backup.
        var restoreSeconds = 0.0
        /// Replaying the WAL up to the moment.
        var recoverySeconds = 0.0
        var copySeconds = 0.0
        var copiedRows = 0
        var verifySeconds = 0.0
        var archiveSeconds = 0.0
        /// How long the tenant's requests waited.
        var heldSeconds = 0.0
    }

    let tenant: TenantID
    let subdomain: Subdomain
    let shard: ShardID
    let restoredTo: String
    let isChanged = true
    let tables: [TenantComparison.Difference]
    let times: Times
    /// The tenant as it was before, in a file.
    let archive: String
    /// The last moment before; a restore to it undoes this one.
    let undoneBy: Timestamp

    func text(for stream: TextStream) -> String {
        let seconds = Duration.seconds(times.heldSeconds).formattedSeconds
        return TenantComparisonReport(tables: tables).text(for: stream) + """

            \(subdomain) is as it was at \(restoredTo); its requests waited for \(seconds).
            to undo it     hubctl tenants restore \(subdomain) --to \(undoneBy)
            as it was      \(archive): hubctl tenants import \(archive) --as NAME

            """
    }
}

/// That nothing was to be brought back.
struct UnchangedReport: Report {
    let tenant: TenantID
    let subdomain: Subdomain
    let restoredTo: String
    let isChanged = false

    func text(for stream: TextStream) -> String {
        "\(subdomain) is as it was at \(restoredTo): nothing was done\n"
    }
}

extension TenantComparison.Difference {
    init(_ difference: RewindDifference) {
        table = difference.table
        (then, now) = (difference.then, difference.now)
        (changed, added, deleted) = (difference.changed, difference.added, difference.deleted)
    }

    var isNone: Bool { changed == 0 && added == 0 && deleted == 0 }

    /// For a question: `3 tasks changed, 1 added and 40 deleted`.
    var sentence: String {
        "\(table): \(changed.grouped) changed, \(added.grouped) added, \(deleted.grouped) deleted"
    }
}
