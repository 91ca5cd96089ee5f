import NIOCore

/// A request as the router understood it: framing and routing are decided from this alone, and what is forwarded is
/// written anew from it.
struct RequestHead {
    /// The head as it came, from the request line to the empty line; kept for a replay.
    let bytes: ByteBuffer
    let line: RequestLine
    let fields: [HeaderField]
    let framing: BodyFraming
    /// The value of the one `Host` field.
    let host: Range<Int>
    /// Whether the client will send another request on this connection.
    let keepsAlive: Bool
    /// The client waits for 100 (Continue) before it sends the body.
    let expectsContinue: Bool
    /// The key of a client that asks for WebSocket.
    let webSocketKey: Range<Int>?

    var method: RequestMethod { line.method }
    var isHTTP10: Bool { line.minorVersion == 0 }

    /// Checks what concerns more than one field; the rules are RFC 9112 sections 3.2, 6.1 and 6.3.
    ///
    /// - Parameters:
    ///   - parser: a parser that has just read a whole head.
    ///   - bytes: that head.
    init(_ parser: inout HeadParser<RequestLine>, bytes: ByteBuffer) throws(ProtocolViolation) {
        guard let line = parser.start else { throw ProtocolViolation(.badRequest, "there is no request line") }
        let span = bytes.readableBytesSpan
        var survey = HeadSurvey()
        for field in parser.fields { try survey.take(field, in: span) }
        guard let host = survey.host, survey.hosts == 1, !host.isEmpty else {
            throw ProtocolViolation(.badRequest, "there must be exactly one Host")
        }
        if let authority = line.authority {
            guard span.equals(authority, ignoringCase: host) else {
                throw ProtocolViolation(.badRequest, "the target and Host name different hosts")
            }
        }
        if line.minorVersion == 0, survey.isChunked {
            throw ProtocolViolation(.badRequest, "HTTP/1.0 has no Transfer-Encoding")
        }
        framing = try survey.framing(unframed: .none)
        if survey.hasExpectation, !survey.expectsContinue {
            throw ProtocolViolation(.expectationFailed, "only 100-continue can be expected")
        }
        parser.drop(nominated: survey.nominated, in: span)
        expectsContinue = survey.expectsContinue && line.minorVersion == 1 && framing != .none
        keepsAlive = line.minorVersion == 1 ? !survey.closes : survey.keepsAlive && !survey.closes
        // Who has a body asks for nothing else; who is no GET, or names other protocols too, may not, but must ask soundly.
        let mustBeSound = survey.mentionsWebSocket && line.minorVersion == 1 && framing == .none
        let key = mustBeSound ? try WebSocketHandshake.key(in: parser.fields, span) : nil
        webSocketKey = line.method == .get && survey.upgradesToWebSocket ? key : nil
        self.bytes = bytes
        self.line = line
        self.host = host
        fields = parser.giveFields()
    }

    /// The first field of a kind that is not dropped.
    func field(_ kind: HeaderField.Kind) -> HeaderField? { fields.first { $0.kind == kind } }

    /// Whether a backend's 101 (Switching Protocols) says yes to what this request asks.
    func isAccepted(by response: ResponseHead) -> Bool {
        guard let webSocketKey, let proof = response.webSocketProof else { return false }
        let key = bytes.readableBytesSpan.text(webSocketKey)
        return response.bytes.readableBytesSpan.text(proof) == WebSocketHandshake.proof(of: key)
    }

    /// Whether a person is likely to look at the answer.
    var acceptsHTML: Bool {
        let span = bytes.readableBytesSpan
        for field in fields where field.kind == .accept {
            var isHTML = false
            span.forEachElement(of: field.value) { element in
                isHTML = isHTML || span.hasPrefix(element, ignoringCase: "text/html")
            }
            if isHTML { return true }
        }
        return false
    }
}
