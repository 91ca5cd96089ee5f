package import HubWire

/// Which door a request came through, as its signature proves.
package enum Passage: Sendable {
    /// A router sent it here for one tenant.
    case tenant(RoutedTenant)
    /// A router sent it to the apex host, which has no tenant.
    case apex
    /// hub-control sent it about one tenant.
    case control(RoutedTenant)
    /// hub-control asks how the process itself is.
    case inspection
    /// Nobody vouches for it; the reason is for the log only.
    case direct(SignatureError.Code)
}

extension Passage {
    /// The tenant the request is about, whoever vouches for it.
    package var routed: RoutedTenant? {
        switch self {
        case .tenant(let routed), .control(let routed): routed
        case .apex, .inspection, .direct: nil
        }
    }

    /// Whether somebody with the signing key vouches for the headers of the request.
    package var isVouchedFor: Bool {
        if case .direct = self { false } else { true }
    }
}
