/// The names of the header fields that routers, backends and control exchange, in lower case.
package enum HubHeader {
    /// Every field the hub reserves starts with this; a router strips all of them from what a client sends.
    package static let prefix = "hub-"

    /// The id of the tenant whose host was asked; absent on requests of control.
    package static let tenant = "hub-tenant"

    /// The epoch of the tenant's placement that the router knew.
    package static let epoch = "hub-epoch"

    /// Proof that a router or control of this deployment sent the request: see ``RequestSigner``.
    package static let signature = "hub-signature"

    /// The address of the client as the router saw it.
    package static let clientAddress = "hub-client-address"

    /// The name of the router that forwarded the request.
    package static let router = "hub-router"

    /// On a 421 answer of a backend: the tenant is not served here at this epoch. Never leaves the router.
    package static let redirect = "hub-redirect"

    /// The only value of ``redirect``.
    package static let redirectMoved = "moved"

    /// The id by which one request is found in every log.
    package static let requestID = "x-request-id"

    /// The position of the request in a distributed trace (W3C Trace Context).
    package static let traceparent = "traceparent"
}
