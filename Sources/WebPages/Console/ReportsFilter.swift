/// What the reports' page is about, as its address has it.
package struct ReportsFilter: Sendable {
    /// The windows that the page offers.
    package static let windows = [7, 30, 90, 365]

    let region: String?
    let shard: String?
    let days: Int

    package init(region: String?, shard: String?, days: Int) {
        self.region = region
        self.shard = shard
        self.days = days
    }

    /// Where the same is found in a form for programs.
    func download(_ format: String) -> String {
        let query = ConsoleQuery([
            ("region", region), ("shard", shard), ("days", String(days)), ("format", format),
        ])
        return "/api/reports/all?\(query.text)"
    }
}
