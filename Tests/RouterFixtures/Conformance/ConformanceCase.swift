/// What a client sends over one connection, and what has to come of it.
package struct ConformanceCase: Sendable, CustomStringConvertible {
    package enum Step: Sendable {
        /// A tenant's origin receives exactly this request, and its answer comes back.
        case forwarded(String, host: String = "acme.hub.test", body: String = "")
        /// The router answers itself, and the connection goes on.
        case answered(Int)
        /// The router answers itself and closes; nothing of this or after it is a request at any origin.
        case refused(Int)
        /// The connection ends; what follows on it is not looked at.
        case closed
    }

    package let name: String
    package let bytes: [UInt8]
    package let steps: [Step]

    package init(_ name: String, _ bytes: [UInt8], _ steps: [Step]) {
        self.name = name
        self.bytes = bytes
        self.steps = steps
    }

    package var description: String { name }

    /// Whether a request that follows on the same connection is to be answered.
    package var keepsConnection: Bool {
        switch steps.last {
        case .refused, .closed: false
        case .forwarded, .answered, nil: true
        }
    }

    package static let all: [ConformanceCase] = [
        framing, lengths, lines, requestLines, hosts, chunks, methods, pipelines, limits,
    ].flatMap { $0 }

    static let smuggled = "GET /smuggled HTTP/1.1\r\nHost: globex.hub.test\r\n\r\n"

    static func each(_ texts: [String], _ make: (String) -> ConformanceCase) -> [ConformanceCase] { texts.map(make) }

    static func refused(_ name: String, _ text: String, _ status: Int = 400) -> ConformanceCase {
        ConformanceCase(name, Array((text + smuggled).utf8), [.refused(status)])
    }

    static func passed(_ name: String, _ text: String, _ steps: Step...) -> ConformanceCase {
        ConformanceCase(name, Array(text.utf8), steps)
    }

    /// A POST with these fields, which is refused.
    static func refused(
        _ name: String,
        fields: String,
        body: String = "",
        status: Int = 400,
        method: String = "POST"
    ) -> ConformanceCase {
        refused(name, "\(method) / HTTP/1.1\r\nHost: acme.hub.test\r\n\(fields)\r\n\r\n\(body)", status)
    }

    /// A POST with these fields, which is forwarded.
    static func passed(
        _ name: String,
        fields: String,
        body: String = "",
        as received: String = "",
        method: String = "POST"
    ) -> ConformanceCase {
        passed(
            name,
            "\(method) / HTTP/1.1\r\nHost: acme.hub.test\r\n\(fields)\r\n\r\n\(body)",
            .forwarded("\(method) /", body: received)
        )
    }
}
