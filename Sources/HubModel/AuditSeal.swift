/// A seal over some of a tenant's entries of one month, with everything that its hash is of.
package struct AuditSeal: Codable, Hashable, Sendable {
    /// 1 for the tenant's first.
    package let number: Int
    /// `2026-03`.
    package let month: String
    /// The sequence of its first entry; 1 for the tenant's first.
    package let firstEntry: Int
    package let entries: Int
    /// The SHA-256 of the entries' digests in their sequence, in hexadecimal digits, as are the next two.
    package let root: String
    /// The hash of the seal before; 64 zeros for the first.
    package let previous: String
    package let hash: String

    package init(
        number: Int,
        month: String,
        firstEntry: Int,
        entries: Int,
        root: String,
        previous: String,
        hash: String
    ) {
        (self.number, self.month, self.firstEntry, self.entries) = (number, month, firstEntry, entries)
        (self.root, self.previous, self.hash) = (root, previous, hash)
    }

    package static let noHash = String(repeating: "0", count: 64)
}
