import NIOCore
import NIOPosix
import Synchronization

/// A backend of a test's own: records the exact bytes of each request, and answers with exactly the bytes it is told.
final class RawOrigin: Sendable {
    /// One request, as it came over the wire.
    struct Request: Sendable {
        let text: String
        /// From 0, in the order of acceptance.
        let connection: Int

        var head: String {
            String(text.prefix(upTo: text.firstRange(of: "\r\n\r\n").map(\.upperBound) ?? text.endIndex))
        }
        var line: String { String(text.prefix { $0 != "\r\n" }) }
        var body: String { String(text.dropFirst(head.count)) }

        /// The values of a field, by its exact lower-case name.
        func values(_ name: String) -> [String] {
            head.split(separator: "\r\n").dropFirst().compactMap { line in
                let parts = line.split(separator: ":", maxSplits: 1)
                guard parts.count == 2, parts[0].lowercased() == name else { return nil }
                return String(parts[1].drop { $0 == " " })
            }
        }
    }

    typealias Script = @Sendable (Request, RawPeer) -> Void

    private struct State {
        var requests: [Request] = []
        var peers: [RawPeer] = []
        var consumed: [ObjectIdentifier: Int] = [:]
    }

    private let state = Mutex(State())
    private let script: Script
    private let channel: any Channel

    private init(script: @escaping Script, channel: any Channel) {
        self.script = script
        self.channel = channel
    }

    /// Lends an origin that runs a script for each whole request.
    static func with<Result>(
        keepsBytes: Bool = true,
        port: Int = 0,
        _ script: @escaping Script = RawOrigin.ok,
        onData: @escaping @Sendable (RawPeer) -> Void = { _ in },
        _ body: (RawOrigin) async throws -> Result
    ) async throws -> Result {
        let box = Mutex<RawOrigin?>(nil)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let peer = RawPeer(keepsBytes: keepsBytes) { peer in
                        onData(peer)
                        box.withLock { $0 }?.look(at: peer)
                    }
                    box.withLock { $0 }?.add(peer)
                    try channel.pipeline.syncOperations.addHandler(peer)
                }
            }
            .bind(host: "127.0.0.1", port: port)
            .get()
        let origin = RawOrigin(script: script, channel: channel)
        box.withLock { $0 = origin }
        do {
            let result = try await body(origin)
            await origin.stop()
            return result
        } catch {
            await origin.stop()
            throw error
        }
    }

    /// Answers everything with 200 and `ok`.
    static let ok: Script = { _, peer in peer.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok") }

    var port: Int { channel.localAddress?.port ?? 0 }
    var requests: [Request] { state.withLock { $0.requests } }
    var connectionCount: Int { state.withLock { $0.peers.count } }
    var peers: [RawPeer] { state.withLock { $0.peers } }

    /// Everything that came on all connections, whether it was a request or not.
    var receivedText: String { peers.map(\.text).joined(separator: "\n--\n") }

    /// Stops listening, and breaks every connection.
    func stop() async {
        try? await channel.close().get()
        for peer in peers { peer.close() }
    }

    // MARK: - Private

    private func add(_ peer: RawPeer) { state.withLock { $0.peers.append(peer) } }

    private func look(at peer: RawPeer) {
        while let request = next(of: peer) { script(request, peer) }
    }

    private func next(of peer: RawPeer) -> Request? {
        let received = peer.bytes
        return state.withLock { state -> Request? in
            let start = state.consumed[ObjectIdentifier(peer)] ?? 0
            guard let length = RawOrigin.lengthOfRequest(received[start...]) else { return nil }
            state.consumed[ObjectIdentifier(peer)] = start + length
            let request = Request(
                text: String(decoding: received[start..<start + length], as: UTF8.self),
                connection: state.peers.firstIndex { $0 === peer } ?? -1
            )
            state.requests.append(request)
            return request
        }
    }

    /// The length of the first whole request; the router's output is trusted to be well-formed in the form it uses.
    private static func lengthOfRequest(_ bytes: ArraySlice<UInt8>) -> Int? {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
        let head = text[..<end.upperBound]
        let body = text[end.upperBound...]
        if head.contains("\r\ntransfer-encoding: chunked\r\n") {
            if body.hasPrefix("0\r\n\r\n") { return head.utf8.count + 5 }
            return body.firstRange(of: "\r\n0\r\n\r\n").map {
                head.utf8.count + text.utf8.distance(from: end.upperBound, to: $0.upperBound)
            }
        }
        guard let field = head.firstRange(of: "\r\ncontent-length: ") else { return head.utf8.count }
        let length = Int(head[field.upperBound...].prefix { $0.isNumber }) ?? 0
        return body.utf8.count >= length ? head.utf8.count + length : nil
    }
}
