import FoundationEssentials
import HubTesting
import NIOCore
import RouterFixtures
import Synchronization
import Testing

@testable import RouterApp

@Suite struct StreamingTests {
    /// What the sockets of both connections may hold, and a little for the router between them.
    private static let bufferBound = 2 * (socketBuffer("tcp_rmem") + socketBuffer("tcp_wmem")) + 4 * 1024 * 1024
    private static let size = max(100 * 1024 * 1024, 2 * bufferBound)

    /// The most the kernel lets the buffer of one socket grow to, in bytes.
    private static func socketBuffer(_ name: String) -> Int {
        let text = try? String(contentsOfFile: "/proc/sys/net/ipv4/\(name)", encoding: .utf8)
        return text?.split(whereSeparator: \.isWhitespace).last.flatMap { Int($0) } ?? 8 * 1024 * 1024
    }

    @Test("A large download waits for its client in the backend, not in the router, and arrives whole")
    func download() async throws {
        let sent = ByteCount()
        let length = StreamingTests.size
        try await RawOrigin.with { _, peer in
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: \(length)\r\n\r\n")
            StreamingTests.stream(length, to: peer, counting: sent)
        } _: { origin in
            try await TestRouter.with(directory(us: [origin.port])) { router in
                let client = try await router.connect(keepsBytes: false, reads: false)
                client.send("GET / HTTP/1.1\r\nHost: acme.hub.test\r\nConnection: close\r\n\r\n")
                try await waitFor("the stream to stand still") { await StreamingTests.standsStill { sent.value } }
                let held = sent.value
                #expect(held > 0 && held < StreamingTests.bufferBound, "\(held) bytes were taken from the backend")
                try await client.setReading(true)
                try await client.waitUntilClosed(within: .seconds(60))
                #expect(client.byteCount > length && client.byteCount < length + 1000)
            }
        }
    }

    @Test("A large upload waits for its backend in the client, not in the router, and arrives whole")
    func upload() async throws {
        let sent = ByteCount()
        let length = StreamingTests.size
        let origin = UploadOrigin()
        try await RawOrigin.with(keepsBytes: false, { _, _ in }, onData: { origin.received($0, length) }) { raw in
            try await TestRouter.with(directory(us: [raw.port])) {
                $0.requestBodyLimit = .max
            } _: { router in
                let client = try await router.connect()
                client.send(
                    "POST / HTTP/1.1\r\nHost: acme.hub.test\r\nConnection: close\r\nContent-Length: \(length)\r\n\r\n"
                )
                StreamingTests.stream(length, to: client, counting: sent)
                try await waitFor("the backend to pause") { origin.isPaused }
                try await waitFor("the stream to stand still") { await StreamingTests.standsStill { sent.value } }
                let held = sent.value
                #expect(held < StreamingTests.bufferBound, "\(held) bytes were taken from the client")
                try await origin.resume()
                try await client.receive("the answer", within: .seconds(60)) { $0.hasSuffix("whole") }
            }
        }
    }

    @Test("Uploads larger than what a connection takes at once arrive whole, many at a time")
    func uploads() async throws {
        let body = String(repeating: "u", count: 300_000)
        try await RawOrigin.with { origin in
            try await TestRouter.with(directory(us: [origin.port])) { router in
                try await withThrowingTaskGroup(of: String.self) { group in
                    for _ in 0..<8 {
                        group.addTask {
                            try await router.exchange(
                                """
                                POST / HTTP/1.1\r\nHost: acme.hub.test\r\nConnection: close\r\n\
                                Content-Length: \(body.utf8.count)\r\n\r\n\(body)
                                """
                            )
                        }
                    }
                    for try await answer in group { #expect(answer.hasPrefix("HTTP/1.1 200 OK")) }
                }
                #expect(origin.requests.map(\.body.utf8.count) == Array(repeating: body.utf8.count, count: 8))
            }
        }
    }

    @Test("A piece of an answer is passed on at once, not when the answer is complete")
    func flushed() async throws {
        try await RawOrigin.with { _, peer in
            peer.send(
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n6\r\ndata:1\r\n"
            )
        } _: { origin in
            try await TestRouter.with(directory(us: [origin.port])) { router in
                let client = try await router.connect()
                client.send("GET / HTTP/1.1\r\nHost: acme.hub.test\r\n\r\n")
                try await client.receive("the first event") { $0.hasSuffix("6\r\ndata:1\r\n") }
                origin.peers[0].send("6\r\ndata:2\r\n0\r\n\r\n")
                try await client.receive("the end") { $0.hasSuffix("6\r\ndata:2\r\n0\r\n\r\n") }
            }
        }
    }

    @Test("What waits for a slow client is not overwritten by what others receive meanwhile")
    func answersApart() async throws {
        // Longer than what is copied at once, shorter than what one receive takes.
        let length = 12_000
        try await RawOrigin.with { request, peer in
            let letter = request.line.split(separator: " ")[1].suffix(1)
            let body = String(repeating: String(letter), count: length)
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: \(length)\r\n\r\n\(body)")
        } _: { origin in
            try await TestRouter.with(directory(us: [origin.port])) { router in
                let ahead = StreamingTests.bufferBound / length + 100
                let slow = try await router.connect(reads: false)
                let request = "GET /a HTTP/1.1\r\nHost: acme.hub.test\r\n"
                slow.send(String(repeating: request + "\r\n", count: ahead - 1) + "\(request)Connection: close\r\n\r\n")
                var before = -1
                try await waitFor("the router to wait for the slow client") {
                    defer { before = origin.requests.count }
                    let other = try await router.get("/b")
                    #expect(other.hasSuffix("\r\n\r\n" + String(repeating: "b", count: length)))
                    return origin.requests.count == before + 1
                }
                #expect(origin.requests.count < ahead)
                try await slow.setReading(true)
                try await slow.waitUntilClosed()
                let text = slow.text
                #expect(text.utf8.count > ahead * length)
                #expect(!text.contains("bbbbbbbb"))
            }
        }
    }

    // MARK: - Private

    /// Sends that many bytes, each piece once the one before has been taken.
    private static func stream(_ length: Int, to peer: RawPeer, counting sent: ByteCount) {
        let piece = [UInt8](repeating: 0x61, count: min(64 * 1024, length))
        guard !piece.isEmpty else { return }
        peer.send(piece) {
            sent.add(piece.count)
            stream(length - piece.count, to: peer, counting: sent)
        }
    }

    /// Whether a number stays the same for a while.
    private static func standsStill(_ number: () -> Int) async -> Bool {
        let before = number()
        try? await Task.sleep(for: .milliseconds(300))
        return before > 0 && number() == before
    }
}

/// Stops reading after the first megabyte of an upload, until told to go on; then answers when all has come.
private final class UploadOrigin: Sendable {
    private struct State {
        var peer: RawPeer?
        var hasAnswered = false
    }

    private let state = Mutex(State())

    var isPaused: Bool { state.withLock { $0.peer != nil } }

    func received(_ peer: RawPeer, _ length: Int) {
        let (mustPause, mustAnswer) = state.withLock { state in
            let mustPause = state.peer == nil && peer.byteCount > 1024 * 1024
            if mustPause { state.peer = peer }
            let mustAnswer = !state.hasAnswered && peer.byteCount > length && peer.byteCount < length + 2000
            if mustAnswer { state.hasAnswered = true }
            return (mustPause, mustAnswer)
        }
        if mustPause { peer.pauseReading() }
        if mustAnswer { peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwhole") }
    }

    func resume() async throws { try await state.withLock { $0.peer }?.setReading(true) }
}

/// Counts bytes from any thread.
private final class ByteCount: Sendable {
    private let count = Mutex(0)

    var value: Int { count.withLock { $0 } }
    func add(_ bytes: Int) { count.withLock { $0 += bytes } }
}
