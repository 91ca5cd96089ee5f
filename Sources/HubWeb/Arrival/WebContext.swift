import HubWire
package import Hummingbird
import NIOCore

/// A request's context in hub-backend and hub-control.
package struct WebContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    package var arrival: Arrival
    /// The largest body, in bytes, that is read.
    package var bodyLimit = 1 << 20

    package var maxUploadSize: Int { bodyLimit }

    package init(source: Source) {
        coreContext = .init(source: source)
        arrival = Arrival(
            requestID: "",
            passage: .direct(.missing),
            clientAddress: source.channel.remoteAddress?.ipAddress
        )
    }
}

/// The context of a request that a router sent here for one tenant: handlers of tenants' routes get this one, so that
/// none of them can run without a tenant.
package struct TenantWebContext: ChildRequestContext {
    package var coreContext: CoreRequestContextStorage
    package let arrival: Arrival
    package let routed: RoutedTenant
    package let maxUploadSize: Int

    /// - Throws: ``WebFailure`` (403) when the request did not pass a router.
    package init(context: WebContext) throws {
        guard case .tenant(let routed) = context.arrival.passage else { throw WebFailure.notRouted }
        coreContext = context.coreContext
        arrival = context.arrival
        self.routed = routed
        maxUploadSize = context.bodyLimit
    }
}

/// The context of a request with which hub-control asks how the process itself is.
package struct InspectionWebContext: ChildRequestContext {
    package var coreContext: CoreRequestContextStorage
    package let arrival: Arrival
    package let maxUploadSize: Int

    /// - Throws: ``WebFailure`` (403) when the request was not made by hub-control, or is about a tenant.
    package init(context: WebContext) throws {
        guard case .inspection = context.arrival.passage else { throw WebFailure.notControl }
        coreContext = context.coreContext
        arrival = context.arrival
        maxUploadSize = context.bodyLimit
    }
}

/// The context of a request that hub-control made about one tenant.
package struct ControlWebContext: ChildRequestContext {
    package var coreContext: CoreRequestContextStorage
    package let arrival: Arrival
    package let routed: RoutedTenant
    package let maxUploadSize: Int

    /// - Throws: ``WebFailure`` (403) when the request was not made by hub-control.
    package init(context: WebContext) throws {
        guard case .control(let routed) = context.arrival.passage else { throw WebFailure.notControl }
        coreContext = context.coreContext
        arrival = context.arrival
        self.routed = routed
        maxUploadSize = context.bodyLimit
    }
}
