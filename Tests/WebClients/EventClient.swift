import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// An event of a stream, as a browser's EventSource reads it.
package struct StreamedEvent: Hashable, Sendable {
    package var id: String?
    package var name = "message"
    package var data = ""
}

/// A stream of Server-Sent Events that is being read.
package struct EventClient {
    package let status: Int
    package let mediaType: String?
    private var chunks: HTTPClientResponse.Body.AsyncIterator
    private var text: [UInt8] = []

    fileprivate init(_ response: HTTPClientResponse) {
        status = Int(response.status.code)
        mediaType = response.headers.first(name: "content-type")
        chunks = response.body.makeAsyncIterator()
    }

    /// The next event; nil when the stream has ended.
    package mutating func next() async throws -> StreamedEvent? {
        while true {
            while let block = takeBlock() {
                if let event = EventClient.event(in: block) { return event }
            }
            guard let chunk = try await chunks.next() else { return nil }
            text += chunk.readableBytesView
        }
    }

    // MARK: - Private

    /// The lines up to the next empty one.
    private mutating func takeBlock() -> String? {
        guard let end = text.indices.dropLast().first(where: { text[$0] == 0x0A && text[$0 + 1] == 0x0A }) else {
            return nil
        }
        defer { text.removeFirst(end + 2) }
        return String(decoding: text[..<end], as: UTF8.self)
    }

    private static func event(in block: String) -> StreamedEvent? {
        var event = StreamedEvent()
        var isEmpty = true
        for line in block.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            let value = String(parts.count == 2 ? parts[1].drop { $0 == " " } : "")
            switch parts[0] {
            case "id": event.id = value
            case "event": event.name = value
            case "data": (event.data, isEmpty) = (event.data + value, false)
            default: continue
            }
        }
        return isEmpty ? nil : event
    }
}

extension WebClient {
    /// How a stream begins: its status and header fields; nothing of it is read.
    package func head(ofStream path: String) async throws -> WebAnswer {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        for (name, value) in fields { request.headers.add(name: name, value: value) }
        let start = ContinuousClock.now
        let response = try await WebClient.http.execute(request, timeout: .seconds(30))
        return WebAnswer(
            status: Int(response.status.code),
            fields: response.headers,
            body: [],
            elapsed: .now - start
        )
    }

    /// Opens the tenant's event stream and lends it.
    ///
    /// - Parameter lastEventID: where it is to go on.
    package func withEvents<Answer>(
        after lastEventID: String? = nil,
        _ body: (inout EventClient) async throws -> Answer
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/api/events")
        for (name, value) in fields { request.headers.add(name: name, value: value) }
        if let lastEventID { request.headers.add(name: "last-event-id", value: lastEventID) }
        var client = EventClient(try await WebClient.http.execute(request, timeout: .seconds(30)))
        return try await body(&client)
    }
}
