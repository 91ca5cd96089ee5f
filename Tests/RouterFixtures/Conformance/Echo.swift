/// What an origin says of the request it answers, so that nobody can mistake the answer for another one's.
package struct Echo: Hashable, Sendable {
    package let origin: String
    package let requestID: String
    package let line: String
    package let host: String
    package let bodyLength: Int

    init(of request: WireRequest, by origin: String) {
        self.origin = origin
        requestID = request.requestID
        line = request.line
        host = request.host
        bodyLength = request.body.count
    }

    /// Reads one out of an answer's body; nil when the answer is no echo.
    package init?(_ text: String) {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 7, parts[0] == "echo", let bodyLength = Int(parts[6]) else { return nil }
        (origin, requestID, line, host) = (parts[1], parts[2], "\(parts[3]) \(parts[4])", parts[5])
        self.bodyLength = bodyLength
    }

    package var text: String { "echo \(origin) \(requestID) \(line) \(host) \(bodyLength)" }

    /// Answers every request with an echo.
    package static func script(of origin: String) -> RawOrigin.Script {
        { request, peer in
            let text = Echo(of: request.wire, by: origin).text
            peer.send(
                "HTTP/1.1 200 OK\r\nContent-Length: \(text.utf8.count)\r\n\r\n"
                    + (request.wire.method == "HEAD" ? "" : text)
            )
        }
    }
}
