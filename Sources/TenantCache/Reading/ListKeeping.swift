import Caching
import HubModel
import Synchronization

/// Which tenants' lists of projects are asked of the cache: not one that is too long to be there, nor a large one that is
/// written so often that hardly anybody finds it.
///
/// To fill the list of a tenant costs as much as there are projects, a page of it from PostgreSQL little. So each time in
/// a row that a filled list is ended before it was found ``enough`` times, the next requests, twice as many as the time
/// before, read their pages as if there were no cache. The reads after those try again.
final class ListKeeping: Sendable {
    /// What became of a list that was asked for.
    enum Outcome {
        /// It was there.
        case found
        /// It was read from the rows, so many bytes.
        case filled(bytes: Int)
        /// The tenant has too many projects.
        case tooLong
    }

    /// A list that was found as often has paid for its filling.
    static let enough = 4
    /// A list that is no longer costs what a page does.
    static let small = 16 << 10
    /// The most requests in a row that do not ask for a list.
    static let mostPassed = 64

    private struct Record {
        /// Since the last filling.
        var found = 0
        /// Fillings in a row that did not pay.
        var losses = 0
        /// How many requests are still to pass the list by.
        var toPass = 0
        /// Until when they do.
        var until: ContinuousClock.Instant
    }

    private static let capacity = 1024
    private static let memory = Duration.seconds(10)
    /// How long a list that is too long is believed to be so: to find it out takes counting.
    private static let longMemory = Duration.seconds(60)

    private let records = Mutex(RecentValues<TenantID, Record>(capacity: ListKeeping.capacity))

    /// Whether this request should ask for the tenant's list.
    func isWanted(_ tenant: TenantID, now: ContinuousClock.Instant = .now) -> Bool {
        records.withLock { records in
            guard var record = records.find(tenant), record.toPass > 0, now < record.until else { return true }
            record.toPass -= 1
            records.insert(record, for: tenant)
            return false
        }
    }

    func note(_ outcome: Outcome, of tenant: TenantID, now: ContinuousClock.Instant = .now) {
        records.withLock { records in
            switch outcome {
            case .found:
                guard var record = records.find(tenant), record.found < ListKeeping.enough else { return }
                record.found += 1
                records.insert(record, for: tenant)
            case .filled(let bytes) where bytes <= ListKeeping.small:
                break
            case .filled:
                guard var record = records.find(tenant) else {
                    return records.insert(Record(until: now), for: tenant)
                }
                record.losses = record.found < ListKeeping.enough ? min(record.losses + 1, 16) : 0
                record.toPass = record.losses == 0 ? 0 : min(1 << record.losses, ListKeeping.mostPassed)
                record.found = 0
                record.until = now + ListKeeping.memory
                records.insert(record, for: tenant)
            case .tooLong:
                records.insert(Record(toPass: .max, until: now + ListKeeping.longMemory), for: tenant)
            }
        }
    }
}
