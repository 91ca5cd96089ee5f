/// A part of a list, with the length of the whole.
package struct Listing<Item> {
    package let items: [Item]
    /// How many items there are with any window.
    package let total: Int

    package init(items: [Item], total: Int) {
        self.items = items
        self.total = total
    }

    package func map<Other>(_ transform: (Item) throws -> Other) rethrows -> Listing<Other> {
        Listing<Other>(items: try items.map(transform), total: total)
    }
}

extension Listing: Sendable where Item: Sendable {}
