/// A request as an origin received it, in the one form in which a router may send it.
package struct WireRequest: Sendable {
    package let method: String
    package let target: String
    package let host: String
    package let tenant: String?
    package let requestID: String
    package let body: [UInt8]
    /// Bytes on the wire.
    let length: Int

    package var line: String { "\(method) \(target)" }

    /// Fields of one connection, of a client, or of another proxy: never to be forwarded (RFC 9110 section 7.6.1).
    private static let forbidden: Set<String> = [
        "connection", "keep-alive", "proxy-connection", "te", "trailer", "upgrade", "expect", "http2-settings",
        "forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "proxy-authorization",
    ]

    /// Reads the first request.
    ///
    /// - Returns: nil when it has not all come.
    static func read(_ bytes: ArraySlice<UInt8>) throws(WireViolation) -> WireRequest? {
        var reader = WireReader(bytes)
        guard let (line, fields) = try reader.head() else { return nil }
        let parts = line.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[2] == "HTTP/1.1", !parts[0].isEmpty, parts[0].allSatisfy({ $0.isUppercase }),
            parts[1].first == "/" || parts[1] == "*", parts[1].utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { throw WireViolation("the request line is '\(line)'") }
        if parts[1] == "/health", fields.values("hub-router").isEmpty {
            return probe(of: fields, length: reader.consumed)
        }
        if let field = fields.first(where: { forbidden.contains($0.name) && !isUpgrade($0, among: fields) }) {
            throw WireViolation("\(field.name) was forwarded")
        }
        // The router's own follows its other fields; a client's would precede them.
        let ownStart = fields.firstIndex { $0.name == "hub-client-address" } ?? fields.endIndex
        let schemes = fields.indices.filter { fields[$0].name == "x-forwarded-proto" }
        guard schemes.count <= 1, schemes.allSatisfy({ $0 > ownStart && fields[$0].value == "https" }) else {
            throw WireViolation("x-forwarded-proto is not the router's own")
        }
        let hosts = fields.values("host")
        guard hosts.count == 1, !hosts[0].isEmpty else { throw WireViolation("there are \(hosts.count) Hosts") }
        for name in ["hub-signature", "hub-client-address", "hub-router", "x-request-id", "traceparent"] {
            guard fields.values(name).count == 1 else { throw WireViolation("there is not exactly one \(name)") }
        }
        guard fields.values("hub-tenant").count <= 1 else { throw WireViolation("there are two tenants") }
        guard let body = try body(of: fields, &reader) else { return nil }
        return WireRequest(
            method: String(parts[0]),
            target: String(parts[1]),
            host: hosts[0],
            tenant: fields.values("hub-tenant").first,
            requestID: fields.values("x-request-id")[0],
            body: body,
            length: reader.consumed
        )
    }

    // MARK: - Private

    /// Whether a field is one of the two that ask for WebSocket, both there once, with a key (RFC 6455 section 4.1).
    private static func isUpgrade(_ field: WireReader.Field, among fields: [WireReader.Field]) -> Bool {
        guard field.name == "connection" || field.name == "upgrade" else { return false }
        return fields.values("connection") == ["upgrade"] && fields.values("upgrade") == ["websocket"]
            && fields.values("sec-websocket-key").first?.utf8.count == 24
    }

    /// What a router itself asks of a backend.
    private static func probe(of fields: [WireReader.Field], length: Int) -> WireRequest {
        WireRequest(
            method: "GET",
            target: "/health",
            host: fields.values("host").first ?? "",
            tenant: nil,
            requestID: "",
            body: [],
            length: length
        )
    }

    private static func body(
        of fields: [WireReader.Field],
        _ reader: inout WireReader
    ) throws(WireViolation) -> [UInt8]? {
        let lengths = fields.values("content-length")
        let codings = fields.values("transfer-encoding")
        guard lengths.count + codings.count <= 1 else { throw WireViolation("the request is framed twice") }
        if let coding = codings.first {
            guard coding == "chunked" else { throw WireViolation("the transfer encoding is '\(coding)'") }
            return try reader.chunks()
        }
        guard let text = lengths.first else { return [] }
        guard let length = Int(text), length >= 0, text == String(length) else {
            throw WireViolation("the length is '\(text)'")
        }
        return reader.take(length).map { Array($0) }
    }
}
