import FoundationEssentials
import HubModel
import ShardStore

/// One entry of the audit trail as a line of CSV (RFC 4180).
enum AuditLine {
    static let csvHeader = "timestamp,userId,userName,action,entityType,entityId,ipAddress,changes,id\r\n"

    static func csv(_ entry: AuditRecord) -> String {
        [
            "\(entry.timestamp)", entry.user.map { "\($0.id)" }, entry.user?.fullName, entry.action, entry.entityType,
            entry.entityID?.uuidString.lowercased(), entry.ipAddress, entry.changes, "\(entry.id)",
        ].map { cell($0 ?? "") }.joined(separator: ",") + "\r\n"
    }

    // MARK: - Private

    /// A cell that a spreadsheet would take for a formula is led by an apostrophe: people choose names and titles, and
    /// an administrator opens the file.
    private static func cell(_ text: String) -> String {
        let isFormula = text.unicodeScalars.first.map { "=+-@\t\r".unicodeScalars.contains($0) } ?? false
        let text = isFormula ? "'" + text : text
        guard text.unicodeScalars.contains(where: { "\",\r\n".unicodeScalars.contains($0) }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
