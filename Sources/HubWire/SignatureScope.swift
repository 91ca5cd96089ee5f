/// What a signed request may do at a backend, so that one kind of signature can never be used as the other.
package enum SignatureScope: String, CaseIterable, Sendable {
    /// A router forwards a browser's request for one tenant.
    case tenant
    /// Control asks for what is internal, such as the creation of a tenant; without a tenant, how the backend itself is.
    case control
}
