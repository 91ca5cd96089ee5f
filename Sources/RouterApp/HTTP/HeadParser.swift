import NIOCore

/// The first line of a message: a request line or a status line.
protocol StartLine {
    /// - Parameters:
    ///   - line: the line without its line break.
    init(_ line: Range<Int>, in bytes: RawSpan) throws(ProtocolViolation)

    /// What is wrong with a message whose first line passes the limit.
    static var tooLong: ProtocolViolation { get }
}

/// Reads the head of an HTTP/1.1 message (RFC 9112 sections 2–5) as its bytes arrive, each byte once.
///
/// It is strict where others have been lenient and were smuggled past: lines end in CR LF, no folded lines, no blank
/// before the colon, no control bytes. A parser is used for one message after the other and keeps its memory.
struct HeadParser<Start: StartLine> {
    private let limits: HeadLimits
    private var lineStart = 0
    private var scanned = 0
    private(set) var start: Start?
    private(set) var fields: [HeaderField] = []

    init(limits: HeadLimits) {
        self.limits = limits
    }

    /// Whether any byte of a head has been seen.
    var hasBegun: Bool { scanned > 0 }

    /// Makes ready for the next message.
    mutating func reset() {
        lineStart = 0
        scanned = 0
        start = nil
        fields.removeAll(keepingCapacity: true)
    }

    /// Hands the fields over, without a copy.
    mutating func giveFields() -> [HeaderField] {
        defer { fields = [] }
        return fields
    }

    /// Takes the memory of fields that nobody needs any more, for the next message.
    mutating func takeBack(_ used: consuming [HeaderField]) {
        guard fields.isEmpty else { return }
        fields = used
        fields.removeAll(keepingCapacity: true)
    }

    /// Reads on.
    ///
    /// - Parameter bytes: everything received from the beginning of the head; more than last time.
    /// - Returns: the length of the head with its empty line, or nil when it has not all come yet.
    mutating func parse(_ bytes: RawSpan) throws(ProtocolViolation) -> Int? {
        while let lineFeed = bytes.firstLineFeed(from: scanned) {
            scanned = lineFeed + 1
            guard lineFeed > lineStart, bytes[lineFeed - 1] == ASCII.carriageReturn else {
                throw ProtocolViolation(.badRequest, "a line does not end in CR LF")
            }
            let line = lineStart..<lineFeed - 1
            try check(lineLength: line.count, headLength: scanned)
            lineStart = scanned
            if start == nil {
                start = try Start(line, in: bytes)
            } else if line.isEmpty {
                return scanned
            } else {
                try addField(line, in: bytes)
            }
        }
        scanned = bytes.byteCount
        try check(lineLength: bytes.byteCount - lineStart, headLength: bytes.byteCount)
        return nil
    }

    /// Marks the fields that the sender's `Connection` field names as hop-by-hop.
    mutating func drop(nominated names: [Range<Int>], in bytes: RawSpan) {
        for index in fields.indices where fields[index].kind == .other || fields[index].kind == .accept {
            for name in names where bytes.equals(name, ignoringCase: fields[index].name) {
                fields[index].kind = .dropped
            }
        }
    }

    // MARK: - Private

    private func check(lineLength: Int, headLength: Int) throws(ProtocolViolation) {
        guard lineLength <= limits.lineBytes else {
            throw start == nil ? Start.tooLong : ProtocolViolation(.fieldsTooLarge, "a field is too long")
        }
        guard headLength <= limits.headBytes else {
            throw ProtocolViolation(.fieldsTooLarge, "the fields are too long together")
        }
    }

    private mutating func addField(_ line: Range<Int>, in bytes: RawSpan) throws(ProtocolViolation) {
        guard fields.count < limits.fields else {
            throw ProtocolViolation(.fieldsTooLarge, "there are too many fields")
        }
        var colon = line.lowerBound
        while colon < line.upperBound, ASCII.isToken(bytes[colon]) { colon += 1 }
        guard colon > line.lowerBound, colon < line.upperBound, bytes[colon] == ASCII.colon else {
            throw ProtocolViolation(.badRequest, "a field line is folded or has no proper name")
        }
        let value = bytes.trimmed(colon + 1..<line.upperBound)
        guard bytes.isFieldValue(value) else {
            throw ProtocolViolation(.badRequest, "a field value holds a control byte")
        }
        let name = line.lowerBound..<colon
        if fields.capacity == 0 { fields.reserveCapacity(16) }
        fields.append(
            HeaderField(
                line: line.lowerBound..<line.upperBound + 2,
                nameLength: name.count,
                value: value,
                kind: HeaderField.Kind(name: name, in: bytes)
            )
        )
    }
}
