import HubModel
import HubWire

extension Pager {
    /// Of a part of a list on a page with these filters.
    init<Item>(_ page: Page<Item>, path: String, query: ConsoleQuery = ConsoleQuery([])) {
        self.init(
            path: path,
            query: query.text,
            limit: page.limit,
            offset: page.offset,
            count: page.items.count,
            total: page.total
        )
    }
}
