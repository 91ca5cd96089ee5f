package import HubModel

/// What a report asks of a shard.
package struct ReportQuestion: Hashable, Sendable {
    package let parts: Set<ReportPart>
    /// Where the window of growth begins, and since when nothing was done where a tenant counts as inactive.
    package let since: Timestamp
    package let unit: ReportUnit

    package init(_ parts: Set<ReportPart>, since: Timestamp, unit: ReportUnit) {
        self.parts = parts
        self.since = since
        self.unit = unit
    }
}
