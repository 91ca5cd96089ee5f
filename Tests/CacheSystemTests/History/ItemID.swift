/// What one client writes and everybody reads.
struct ItemID: Hashable, Sendable {
    enum Kind: String, Sendable {
        case project
        case user
        /// The tenant's name.
        case name
        case session
    }

    let kind: Kind
    let tenant: Int
    /// Of its kind and tenant.
    let number: Int

    init(_ kind: Kind, tenant: Int, _ number: Int = 0) {
        self.kind = kind
        self.tenant = tenant
        self.number = number
    }
}

extension ItemID: CustomStringConvertible {
    var description: String { "tenant \(tenant) \(kind) \(number)" }
}
