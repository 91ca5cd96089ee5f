package import HTTPTypes
import HubWire

/// The hub's own header names as HTTP field names.
extension HTTPField.Name {
    package static let hubTenant = known(HubHeader.tenant)
    package static let hubEpoch = known(HubHeader.epoch)
    package static let hubSignature = known(HubHeader.signature)
    package static let hubClientAddress = known(HubHeader.clientAddress)
    package static let hubRedirect = known(HubHeader.redirect)
    package static let requestID = known(HubHeader.requestID)
    package static let traceparent = known(HubHeader.traceparent)

    package static let idempotencyKey = known("idempotency-key")
    /// "true" on an answer that was kept from an earlier request with the same key.
    package static let idempotentReplayed = known("idempotent-replayed")
    package static let lastEventID = known("last-event-id")
    package static let link = known("link")
    package static let rateLimit = known("ratelimit")
    package static let rateLimitPolicy = known("ratelimit-policy")
    package static let referrerPolicy = known("referrer-policy")
    package static let permissionsPolicy = known("permissions-policy")
    package static let crossOriginOpenerPolicy = known("cross-origin-opener-policy")
    package static let crossOriginResourcePolicy = known("cross-origin-resource-policy")
    package static let fetchSite = known("sec-fetch-site")

    /// A name of the program's own text, which is known to be a token.
    private static func known(_ name: String) -> HTTPField.Name {
        guard let field = HTTPField.Name(name) else { preconditionFailure("\(name) is no field name") }
        return field
    }
}
