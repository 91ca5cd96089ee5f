import HubWire

/// Which part of a list a page shows, and the way to its neighbours; drawn by `console-pager`.
struct ConsolePager: Sendable {
    let first: Quantity
    let last: Quantity
    let total: Quantity
    let previous: String?
    let next: String?

    /// - Parameters:
    ///   - path: of the list's page.
    ///   - query: its filters.
    /// - Returns: nil for an empty list.
    init?<Item>(_ page: Page<Item>, path: String, query: ConsoleQuery = ConsoleQuery([])) {
        guard !page.items.isEmpty else { return nil }
        let end = page.offset + page.items.count
        func link(_ offset: Int) -> String { "\(path)?\(query.with("offset", offset).text)" }
        first = .count(page.offset + 1)
        last = .count(end)
        total = .count(page.total)
        previous = page.offset > 0 ? link(max(0, page.offset - page.limit)) : nil
        next = end < page.total ? link(end) : nil
    }
}
