package import HubModel
package import HubWire

extension Page {
    /// A part of a list as clients see it.
    package init<Record>(_ listing: Listing<Record>, request: PageRequest, view: (Record) -> Item) {
        self.init(items: listing.items.map(view), total: listing.total, request: request)
    }
}

extension ListWindow {
    package init(_ request: PageRequest) {
        self.init(limit: request.limit, offset: request.offset)
    }
}
