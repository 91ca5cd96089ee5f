package import HubModel

/// The paths of a backend that only control may ask, with a signature of scope ``SignatureScope/control``.
package enum InternalPath {
    package static let prefix = "/internal/"
    package static let tenants = "/internal/tenants"

    package static func tenant(_ id: TenantID) -> String { "\(tenants)/\(id)" }
}
