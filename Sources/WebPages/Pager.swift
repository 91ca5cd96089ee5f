/// The links to the pages before and after a part of a list.
package struct Pager: Sendable {
    let previous: String?
    let next: String?
    /// Of the items shown, counted from 1; 0 when there are none.
    let first: Int
    let last: Int
    let total: Int
    let hasPages: Bool

    /// - Parameters:
    ///   - path: of the page.
    ///   - query: its other parameters, percent-encoded; may be empty.
    package init(path: String, query: String = "", limit: Int, offset: Int, count: Int, total: Int) {
        func link(_ offset: Int) -> String {
            let parts = [query, offset > 0 ? "offset=\(offset)" : ""].filter { !$0.isEmpty }
            return parts.isEmpty ? path : "\(path)?\(parts.joined(separator: "&"))"
        }
        previous = offset > 0 ? link(max(0, offset - limit)) : nil
        next = offset + count < total ? link(offset + limit) : nil
        first = count == 0 ? 0 : offset + 1
        last = offset + count
        self.total = total
        hasPages = previous != nil || next != nil
    }
}
