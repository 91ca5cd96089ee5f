import FoundationEssentials
import HubModel
import HubWire
import ShardStore

/// One entry of the audit trail as a line of CSV (RFC 4180).
enum AuditLine {
    static let csvHeader = "timestamp,userId,userName,action,entityType,entityId,ipAddress,changes,id\r\n"

    static func csv(_ entry: AuditRecord) -> String {
        CSVLine.text(
            [
                "\(entry.timestamp)", entry.user.map { "\($0.id)" }, entry.user?.fullName, entry.action,
                entry.entityType,
                entry.entityID?.uuidString.lowercased(), entry.ipAddress, entry.changes, "\(entry.id)",
            ].map { $0 ?? "" }
        )
    }
}
