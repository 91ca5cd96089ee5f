import HubModel
import Topology

/// To which moment a database is to be brought back.
enum RecoveryTarget: Hashable, Sendable {
    /// The last that is there.
    case latest
    /// Everything that was committed by then.
    case time(Timestamp)

    /// - Parameter text: `latest`, or an RFC 3339 time that has passed.
    init(_ text: String, now: Timestamp) throws {
        if text == "latest" {
            self = .latest
            return
        }
        guard let time = Timestamp(text) else {
            throw OperatorError(
                .usage,
                "--to “\(text)” is no time: give one such as 2025-12-22T14:30:00Z (RFC 3339), or latest"
            )
        }
        guard time <= now else {
            throw OperatorError(
                .usage,
                "--to \(time) lies in the future: it is \(now); for all that is there give latest"
            )
        }
        self = .time(time)
    }

    /// The backup to begin with: the newest one that had ended by then and leads to the present history.
    ///
    /// - Throws: ``OperatorError`` when there is none.
    func choose(from backups: [BackupSet], history: TimelineHistory, of target: BackupTarget) throws -> BackupSet {
        let usable = backups.filter { $0.error != true && history.leads(from: $0) }
        guard let first = usable.first else {
            throw OperatorError(
                .notFound,
                "there is no backup of \(target.described) yet: make one with hubctl backup create"
            )
        }
        switch self {
        case .latest: return usable[usable.count - 1]
        case .time(let time):
            // pgbackrest tells whole seconds: what ended within this one may have ended after the time.
            guard let set = usable.last(where: { $0.endedAt < time }) else {
                throw OperatorError(
                    .notFound,
                    "no backup of \(target.described) is that old: the first ended at \(first.endedAt), and only later moments can be restored"
                )
            }
            return set
        }
    }
}

extension RecoveryTarget: CustomStringConvertible {
    var description: String {
        switch self {
        case .latest: "the latest moment"
        case .time(let time): time.description
        }
    }
}
