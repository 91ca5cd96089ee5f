import HubColumns
package import HubModel
import Postgres

/// A row of `regions`.
package struct RegionRecord: Hashable, Sendable {
    package let id: RegionID
    package let name: String

    package init(id: RegionID, name: String) {
        self.id = id
        self.name = name
    }
}

extension RegionRecord {
    static let query: PostgresQuery = "SELECT id, name FROM regions ORDER BY id"

    init(_ row: PostgresRow) throws(PostgresError) {
        (id, name) = try row.decode((RegionID.self, String.self))
    }
}
