import FoundationEssentials
import HubModel
import Topology

/// What pgbackrest tells of one database's part of the repository (`pgbackrest info --output=json`).
struct BackupInformation: Decodable, Sendable {
    struct Status: Decodable, Sendable {
        let code: Int
        let message: String
    }

    struct Repository: Decodable, Sendable {
        let status: Status
    }

    struct Database: Decodable, Sendable {
        let systemIdentifier: UInt64
        let version: String

        private enum CodingKeys: String, CodingKey {
            case systemIdentifier = "system-id"
            case version
        }
    }

    struct Archive: Decodable, Sendable {
        /// The folder of the archive, such as `15-1`.
        let id: String
        /// The names of WAL segments, 24 hexadecimal digits of which the first 8 are the timeline.
        let min: String?
        let max: String?
    }

    let status: Status
    let repo: [Repository]
    let db: [Database]
    let archive: [Archive]
    let backup: [BackupSet]

    /// The same, if the repository could be read and knows the database.
    func checked(_ target: BackupTarget, settings: String) throws -> BackupInformation {
        let status = repo.first?.status ?? status
        switch status.code {
        case 0, 2: return self
        case 1, 3:
            throw OperatorError(
                .notFound,
                "nothing of \(target.described) is in the repository: run hubctl backup init"
            )
        default:
            let reason = status.message.split(separator: "\n").first.map(String.init) ?? status.message
            if ["FormatError", "CryptoError", "cipher"].contains(where: status.message.contains) {
                throw PgBackRest.undecipherable(target)
            }
            throw OperatorError(
                .unreachable,
                "the repository named in \(settings) cannot be read (\(reason)): correct backups in the topology, or its access"
            )
        }
    }

    /// The newest timeline of which there is WAL; 1 when there is none yet.
    var newestTimeline: UInt32 {
        let names = archive.compactMap(\.max) + backup.map(\.archive.stop)
        return names.compactMap { UInt32($0.prefix(8), radix: 16) }.max() ?? 1
    }
}

/// One backup.
struct BackupSet: Decodable, Sendable {
    enum Kind: String, Codable, Sendable {
        case full
        case differential = "diff"
        case incremental = "incr"

        /// What people call it.
        var title: String {
            switch self {
            case .full: "full"
            case .differential: "differential"
            case .incremental: "incremental"
            }
        }
    }

    struct Range: Decodable, Sendable {
        let start: String
        let stop: String
    }

    struct Span: Decodable, Sendable {
        /// Seconds since 1970.
        let start: Int64
        let stop: Int64
    }

    struct Size: Decodable, Sendable {
        struct Stored: Decodable, Sendable {
            let delta: Int
            /// Absent where pgbackrest does not know it.
            let size: Int?
        }

        /// Bytes of the server's files.
        let size: Int
        /// Bytes of them that this backup has copied.
        let delta: Int
        let repository: Stored
    }

    let label: String
    let type: Kind
    let error: Bool?
    let archive: Range
    let lsn: Range
    let timestamp: Span
    let info: Size

    var startedAt: Timestamp { Timestamp(microseconds: timestamp.start * 1_000_000) }
    /// From this moment on it can be restored to.
    var endedAt: Timestamp { Timestamp(microseconds: timestamp.stop * 1_000_000) }
    var timeline: UInt32 { UInt32(archive.stop.prefix(8), radix: 16) ?? 1 }
    /// The place in the WAL where it ended.
    var end: WALPosition? { WALPosition(lsn.stop) }
}

/// A place in the WAL, as `16/B374D848`.
struct WALPosition: Comparable, Sendable {
    let value: UInt64

    init?(_ text: String) {
        let parts = text.split(separator: "/")
        guard parts.count == 2, let high = UInt32(parts[0], radix: 16), let low = UInt32(parts[1], radix: 16) else {
            return nil
        }
        value = UInt64(high) << 32 | UInt64(low)
    }

    static func < (left: WALPosition, right: WALPosition) -> Bool { left.value < right.value }
}
