import HTTPTypes
import HubWire
package import Hummingbird

/// Tells a page of this host from a page of another, sibling subdomains included, for requests that change something.
///
/// Browsers send `Origin` with every POST, PUT, PATCH and DELETE, and no page can forge it. A request without it is
/// refused: whatever is not a browser has a token of its own to send.
package struct OriginCheck: Sendable {
    private static let safeMethods: Set<HTTPRequest.Method> = [.get, .head, .options]

    private let isSecure: Bool

    /// - Parameter isSecure: whether people reach the hub by https; pages fetched by http are then strangers.
    package init(isSecure: Bool) {
        self.isSecure = isSecure
    }

    /// Checks a request that a browser authenticates by itself, when its method is unsafe (RFC 9110 section 9.2.1).
    ///
    /// - Throws: 403 when the page that asked is not of the host that is asked.
    package func check(_ request: Request) throws(WebFailure) {
        guard !OriginCheck.safeMethods.contains(request.method) else { return }
        guard let host = request.head.authority, isOurs(request.headers[.origin], host: host) else {
            throw WebFailure(
                .forbidden(
                    "With the session cookie, this needs an Origin header of the same host. "
                        + "Scripts send Authorization: Bearer instead."
                )
            )
        }
    }

    // MARK: - Private

    private func isOurs(_ origin: String?, host: String) -> Bool {
        guard let origin = origin?.lowercased() else { return false }
        let host = host.lowercased()
        return origin == "https://\(host)" || (!isSecure && origin == "http://\(host)")
    }
}
