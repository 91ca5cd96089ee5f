/// One part of a list, with the size of the whole.
package struct Page<Item: Codable & Hashable & Sendable>: Codable, Hashable, Sendable {
    package let items: [Item]
    /// How many items the whole list has.
    package let total: Int
    package let limit: Int
    package let offset: Int

    package init(items: [Item], total: Int, limit: Int, offset: Int) {
        self.items = items
        self.total = total
        self.limit = limit
        self.offset = offset
    }

    package init(items: [Item], total: Int, request: PageRequest) {
        self.init(items: items, total: total, limit: request.limit, offset: request.offset)
    }

    /// The value of the `Link` header field (RFC 8288) that leads to the next and previous parts; nil when this is all.
    /// - Parameters:
    ///   - path: the path of the list.
    ///   - query: its other parameters, percent-encoded, such as `status=completed&search=x`; may be empty.
    package func link(path: String, query: String = "") -> String? {
        let prefix = query.isEmpty ? "" : query + "&"
        func target(_ offset: Int, _ relation: String) -> String {
            "<\(path)?\(prefix)limit=\(limit)&offset=\(offset)>; rel=\"\(relation)\""
        }
        var links: [String] = []
        if offset + limit < total { links.append(target(offset + limit, "next")) }
        if offset > 0 { links.append(target(max(0, offset - limit), "prev")) }
        return links.isEmpty ? nil : links.joined(separator: ", ")
    }
}
