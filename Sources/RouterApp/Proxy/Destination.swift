import HubModel

/// What the router does with a request, as far as its host decides.
enum Destination {
    case forward(Target)
    /// The tenant is between two shards.
    case hold(Target)
    case renamed(Subdomain)
    case answer(RouterAnswer)
    /// The router itself was asked, by a numeric address or as `localhost`.
    case machine

    /// The tenant it is for, where that is known to be served or moved.
    var tenant: TargetTenant? {
        switch self {
        case .forward(let target), .hold(let target): target.tenant
        case .renamed, .answer, .machine: nil
        }
    }
}

/// The backends that serve a request, and for whom.
struct Target {
    let group: UpstreamGroup
    /// Nil for control.
    let tenant: TargetTenant?
}

struct TargetTenant: Equatable {
    let id: TenantID
    let epoch: Epoch
}
