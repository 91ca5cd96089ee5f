/// Which part of a list is wanted.
package struct ListWindow: Hashable, Sendable {
    /// At most so many items.
    package let limit: Int
    /// So many items are skipped first.
    package let offset: Int

    package init(limit: Int, offset: Int = 0) {
        self.limit = limit
        self.offset = offset
    }
}
