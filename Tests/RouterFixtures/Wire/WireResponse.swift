/// An answer as a client received it, in the one form in which a router may send it.
package struct WireResponse: Sendable {
    package let status: Int
    package let requestID: String
    package let body: [UInt8]
    package let closes: Bool
    let length: Int

    package var text: String { String(decoding: body, as: UTF8.self) }

    /// Reads all final answers on a connection that has closed.
    ///
    /// - Parameter methods: of the requests they answer; for any beyond, GET.
    /// - Throws: also for bytes that are no whole answer.
    package static func readAll(
        _ bytes: [UInt8],
        answering methods: [String] = []
    ) throws(WireViolation) -> [WireResponse] {
        var number = 0
        return try readAll(bytes) { _ in
            defer { number += 1 }
            return number < methods.count && methods[number] == "HEAD"
        }
    }

    /// The same.
    ///
    /// - Parameter isHead: whether the request of this id was HEAD; asked once for each answer, in their order.
    package static func readAll(
        _ bytes: [UInt8],
        isHead: (String) -> Bool
    ) throws(WireViolation) -> [WireResponse] {
        var responses: [WireResponse] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            guard let (response, length) = try read(rest, isHead: isHead) else {
                throw WireViolation("\(rest.count) bytes are no whole answer: \(String(decoding: rest, as: UTF8.self))")
            }
            rest = rest.dropFirst(length)
            if let response { responses.append(response) }
        }
        return responses
    }

    // MARK: - Private

    /// - Returns: the response, nil for an informational one, and its length; nil when it has not all come.
    private static func read(
        _ bytes: ArraySlice<UInt8>,
        isHead: (String) -> Bool
    ) throws(WireViolation) -> (WireResponse?, length: Int)? {
        var reader = WireReader(bytes)
        guard let (line, fields) = try reader.head() else { return nil }
        let parts = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "HTTP/1.1", parts[1].count == 3, let status = Int(parts[1]) else {
            throw WireViolation("the status line is '\(line)'")
        }
        if status < 200 { return (nil, reader.consumed) }
        guard fields.values("x-request-id").count == 1 else {
            throw WireViolation("an answer without one x-request-id")
        }
        let closes = fields.values("connection") == ["close"]
        let body: [UInt8]? =
            isHead(fields.values("x-request-id")[0]) || status == 204 || status == 304
            ? [] : try body(of: fields, &reader, endsWithConnection: closes)
        guard let body else { return nil }
        let response = WireResponse(
            status: status,
            requestID: fields.values("x-request-id")[0],
            body: body,
            closes: closes,
            length: reader.consumed
        )
        return (response, reader.consumed)
    }

    private static func body(
        of fields: [WireReader.Field],
        _ reader: inout WireReader,
        endsWithConnection: Bool
    ) throws(WireViolation) -> [UInt8]? {
        let lengths = fields.values("content-length")
        let codings = fields.values("transfer-encoding")
        guard lengths.count + codings.count <= 1 else { throw WireViolation("the answer is framed twice") }
        if let coding = codings.first {
            guard coding == "chunked" else { throw WireViolation("the transfer encoding is '\(coding)'") }
            return try reader.chunks()
        }
        guard let text = lengths.first else {
            guard endsWithConnection else { throw WireViolation("the answer is not framed") }
            return Array(reader.rest())
        }
        guard let length = Int(text), length >= 0, text == String(length) else {
            throw WireViolation("the length is '\(text)'")
        }
        return reader.take(length).map { Array($0) }
    }
}
