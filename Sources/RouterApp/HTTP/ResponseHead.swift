import NIOCore

/// A backend's answer as the router understood it.
struct ResponseHead {
    /// The head as it came.
    let bytes: ByteBuffer
    let line: StatusLine
    private(set) var fields: [HeaderField]
    let framing: BodyFraming
    /// The length the answer states, which for HEAD and 304 is not the length of what follows.
    let contentLength: Int?
    /// Whether the backend will take another request on this connection.
    let keepsAlive: Bool
    /// A 421 that says the tenant is not served there.
    let isHubRedirect: Bool
    /// In a 101 to WebSocket: what shows that the request was read for that.
    let webSocketProof: Range<Int>?

    var status: Int { line.status }
    /// Whether another head follows.
    var isInformational: Bool { line.status < 200 && !isSwitch }
    /// Whether what follows is of another protocol.
    var isSwitch: Bool { line.status == 101 }

    /// Checks the head against the request it answers (RFC 9112 section 6.3, RFC 9110 section 6.4.1).
    init(
        _ parser: inout HeadParser<StatusLine>,
        bytes: ByteBuffer,
        answering method: RequestMethod
    ) throws(ProtocolViolation) {
        guard let line = parser.start else { throw ProtocolViolation(.badRequest, "there is no status line") }
        let span = bytes.readableBytesSpan
        var survey = HeadSurvey()
        var isRedirect = false
        for field in parser.fields {
            try survey.take(field, in: span)
            if field.kind == .hubRedirect { isRedirect = true }
        }
        if line.minorVersion == 0, survey.isChunked {
            throw ProtocolViolation(.badRequest, "HTTP/1.0 has no Transfer-Encoding")
        }
        let stated = try survey.framing(unframed: .untilClose)
        let isBodiless = method == .head || line.status < 200 || line.status == 204 || line.status == 304
        framing = line.status == 101 ? .untilClose : isBodiless ? .none : stated
        parser.drop(nominated: survey.nominated, in: span)
        let isUpgrade = line.status == 101 && survey.upgradesToWebSocket && stated == .untilClose
        webSocketProof = isUpgrade ? WebSocketHandshake.proof(in: parser.fields, span) : nil
        contentLength = survey.contentLength
        isHubRedirect = isRedirect && line.status == 421
        // 204 has no body (RFC 9112 section 6.1): who announces one may send it, as if it were the next answer.
        let announcesBody = line.status == 204 && (survey.isChunked || survey.contentLength ?? 0 > 0)
        keepsAlive =
            framing != .untilClose && !announcesBody
            && (line.minorVersion == 1 ? !survey.closes : survey.keepsAlive && !survey.closes)
        self.bytes = bytes
        self.line = line
        fields = parser.giveFields()
    }

    /// Lets go of the fields, whose memory is the parser's again.
    mutating func giveUpFields() -> [HeaderField] {
        defer { fields = [] }
        return fields
    }
}
