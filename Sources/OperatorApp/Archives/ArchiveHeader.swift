import HubModel
import ShardStore

/// The first line of a tenant's archive.
struct ArchiveHeader: Codable, Sendable {
    let format: String
    let version: Int
    let exportedAt: Timestamp
    let tenant: ArchivedTenant
    /// Of the database that the rows come from.
    let schemaVersion: Int
    let withPasswords: Bool
    /// In the order in which their rows come.
    let tables: [String]
}

/// The last line of a tenant's archive.
struct ArchiveTrailer: Codable, Sendable {
    /// Of each table.
    let rows: [String: Int]
    /// SHA-256 of all lines before this one, each with its line feed, in lower-case hexadecimal.
    let sha256: String
}
