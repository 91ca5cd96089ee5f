/// How people reach a host of the deployment: `http://{host}` or `https://{host}`, optionally with a port.
package struct PublicURL: Hashable, Sendable {
    /// Whether browsers speak TLS, so that cookies may be marked `Secure`.
    package let isSecure: Bool
    /// Nil for the port of the scheme.
    package let port: Int?

    package func url(host: String) -> String {
        let scheme = isSecure ? "https" : "http"
        return port.map { "\(scheme)://\(host):\($0)" } ?? "\(scheme)://\(host)"
    }
}

extension PublicURL: LosslessStringConvertible {
    package init?(_ description: String) {
        let rest: Substring
        if description.hasPrefix("http://{host}") {
            isSecure = false
            rest = description.dropFirst("http://{host}".count)
        } else if description.hasPrefix("https://{host}") {
            isSecure = true
            rest = description.dropFirst("https://{host}".count)
        } else {
            return nil
        }
        if rest.isEmpty {
            port = nil
        } else if rest.first == ":", let number = Endpoint.port(rest.dropFirst()) {
            port = number
        } else {
            return nil
        }
    }

    package var description: String { url(host: "{host}") }
}
