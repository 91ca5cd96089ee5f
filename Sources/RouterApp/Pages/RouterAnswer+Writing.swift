import HubWire
import NIOCore

/// What the answer to one request needs to know of it.
struct AnswerContext {
    let prefersHTML: Bool
    let isHead: Bool
    let requestID: RequestID
    let date: [UInt8]
    let connection: StaticString?
    /// A whole field line, or nothing.
    var strictTransport: [UInt8]?
}

extension RouterAnswer {
    /// Writes the whole answer.
    ///
    /// - Returns: the bytes of its body.
    @discardableResult
    func write(_ context: AnswerContext, to buffer: inout ByteBuffer) -> Int {
        let (mediaType, body) = body(prefersHTML: context.prefersHTML)
        buffer.writeStaticString("HTTP/1.1 ")
        buffer.writeDecimal(status)
        buffer.writeStaticString(" ")
        buffer.writeStaticString(reason)
        buffer.writeStaticString("\r\ncontent-type: ")
        buffer.writeStaticString(mediaType)
        buffer.writeStaticString("\r\ncontent-length: ")
        buffer.writeDecimal(body.count)
        buffer.writeStaticString("\r\ncache-control: no-store\r\nx-content-type-options: nosniff\r\nvary: accept\r\n")
        buffer.writeField("content-security-policy", PageStyle.contentSecurityPolicy)
        buffer.writeStaticString("date: ")
        buffer.writeBytes(context.date)
        buffer.writeStaticString("\r\n")
        if let retryAfter {
            buffer.writeStaticString("retry-after: ")
            buffer.writeDecimal(retryAfter)
            buffer.writeStaticString("\r\n")
        }
        if let location { buffer.writeField("location", location) }
        if let allow {
            buffer.writeStaticString("allow: ")
            buffer.writeStaticString(allow)
            buffer.writeStaticString("\r\n")
        }
        if let connection = context.connection {
            buffer.writeStaticString("connection: ")
            buffer.writeStaticString(connection)
            buffer.writeStaticString("\r\n")
        }
        if let strictTransport = context.strictTransport { buffer.writeBytes(strictTransport) }
        buffer.writeString(HubHeader.requestID)
        buffer.writeStaticString(": ")
        context.requestID.write(to: &buffer)
        buffer.writeStaticString("\r\n\r\n")
        guard !context.isHead else { return 0 }
        buffer.writeBytes(body)
        return body.count
    }

    // MARK: - Private

    private func body(prefersHTML: Bool) -> (mediaType: StaticString, bytes: [UInt8]) {
        switch content {
        case .json(let bytes):
            return ("application/json", bytes)
        case .page(let title, let text) where prefersHTML:
            return ("text/html; charset=utf-8", Array(page(title: title, text: text).utf8))
        case .page(let title, let text):
            let problem =
                #"{"type":"about:blank","title":"\#(title)","status":\#(status),"detail":"\#(RouterAnswer.escapedJSON(text))"}"#
            return ("application/problem+json", Array(problem.utf8))
        }
    }

    private func page(title: String, text: String) -> String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="robots" content="noindex">
        <title>\(title)</title>
        <style>\(PageStyle.css)</style>
        </head>
        <body>
        <main>
        <p class="status">\(status)</p>
        <h1>\(title)</h1>
        <p>\(RouterAnswer.escapedHTML(text))</p>
        </main>
        </body>
        </html>

        """
    }

    private static func escapedHTML(_ text: String) -> String {
        var escaped = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }

    private static func escapedJSON(_ text: String) -> String {
        var escaped = ""
        for character in text.unicodeScalars {
            if character == "\"" || character == "\\" { escaped += "\\" }
            escaped.unicodeScalars.append(character)
        }
        return escaped
    }
}
