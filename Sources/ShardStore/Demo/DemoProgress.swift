/// How far a load of demo data is.
package struct DemoProgress: Sendable {
    /// Loaded now or found there.
    package var tenants = 0
    package let totalTenants: Int
    /// Rows written so far, those of a chunk that is not committed yet included.
    package var rows = 0
    /// All rows, those of tenants found there excluded.
    package let totalRows: Int
}
