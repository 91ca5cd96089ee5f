/// A request line (RFC 9112 section 3): method, target and version.
struct RequestLine: StartLine {
    let method: RequestMethod
    /// What is forwarded: the target in origin form, or `*`.
    let target: Range<Int>
    /// The authority of a target in absolute form, which must agree with `Host`.
    let authority: Range<Int>?
    /// 0 or 1.
    let minorVersion: Int

    static var tooLong: ProtocolViolation { ProtocolViolation(.targetTooLong, "the request line is too long") }

    init(_ line: Range<Int>, in bytes: RawSpan) throws(ProtocolViolation) {
        var space = line.lowerBound
        while space < line.upperBound, bytes[space] != ASCII.space { space += 1 }
        let methodRange = line.lowerBound..<space
        var targetEnd = min(space + 1, line.upperBound)
        while targetEnd < line.upperBound, bytes[targetEnd] != ASCII.space { targetEnd += 1 }
        guard bytes.isToken(methodRange), targetEnd < line.upperBound else {
            throw ProtocolViolation(.badRequest, "the request line is not METHOD target HTTP/1.1")
        }
        minorVersion = try RequestLine.minorVersion(targetEnd + 1..<line.upperBound, in: bytes)
        method = try RequestMethod(methodRange, in: bytes)
        (target, authority) = try RequestLine.target(space + 1..<targetEnd, method: method, in: bytes)
    }

    // MARK: - Private

    private static func minorVersion(_ range: Range<Int>, in bytes: RawSpan) throws(ProtocolViolation) -> Int {
        let isVersion =
            range.count == 8 && bytes.equals(range.lowerBound..<range.lowerBound + 5, "HTTP/")
            && ASCII.isDigit(bytes[range.lowerBound + 5]) && bytes[range.lowerBound + 6] == ASCII.dot
            && ASCII.isDigit(bytes[range.lowerBound + 7])
        guard isVersion else { throw ProtocolViolation(.badRequest, "the request line has no version") }
        let minor = Int(bytes[range.lowerBound + 7] - 0x30)
        guard bytes[range.lowerBound + 5] == UInt8(ascii: "1"), minor <= 1 else {
            throw ProtocolViolation(.versionNotSupported, "only HTTP/1.1 and HTTP/1.0 are spoken here")
        }
        return minor
    }

    private static func target(
        _ range: Range<Int>,
        method: RequestMethod,
        in bytes: RawSpan
    ) throws(ProtocolViolation) -> (target: Range<Int>, authority: Range<Int>?) {
        guard bytes.isVisible(range), !range.contains(where: { bytes[$0] == UInt8(ascii: "#") }) else {
            throw ProtocolViolation(.badRequest, "the target holds a byte that no target may hold")
        }
        if bytes[range.lowerBound] == ASCII.slash { return (range, nil) }
        if range.count == 1, bytes[range.lowerBound] == UInt8(ascii: "*"), method == .options { return (range, nil) }
        let schemeLength =
            bytes.hasPrefix(range, ignoringCase: "http://")
            ? 7 : bytes.hasPrefix(range, ignoringCase: "https://") ? 8 : 0
        guard schemeLength > 0 else {
            throw ProtocolViolation(.badRequest, "the target is neither a path nor a URL of the web")
        }
        let authorityStart = range.lowerBound + schemeLength
        var authorityEnd = authorityStart
        while authorityEnd < range.upperBound, bytes[authorityEnd] != ASCII.slash { authorityEnd += 1 }
        // A URL without a path would need one made up; no client of ours sends it.
        guard authorityEnd > authorityStart, authorityEnd < range.upperBound else {
            throw ProtocolViolation(.badRequest, "the target has no authority or no path")
        }
        return (authorityEnd..<range.upperBound, authorityStart..<authorityEnd)
    }
}
