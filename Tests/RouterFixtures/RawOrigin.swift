import NIOCore
import NIOPosix
import Synchronization

/// A backend of a test's own: records the exact bytes of each request, and answers with exactly the bytes it is told.
package final class RawOrigin: Sendable {
    /// One request, as it came over the wire.
    package struct Request: Sendable {
        package let text: String
        /// From 0, in the order of acceptance.
        package let connection: Int
        /// The same, read strictly.
        package let wire: WireRequest

        package var head: String {
            String(text.prefix(upTo: text.firstRange(of: "\r\n\r\n").map(\.upperBound) ?? text.endIndex))
        }
        package var line: String { String(text.prefix { $0 != "\r\n" }) }
        package var body: String { String(text.dropFirst(head.count)) }

        /// The values of a field, by its exact lower-case name.
        package func values(_ name: String) -> [String] {
            head.split(separator: "\r\n").dropFirst().compactMap { line in
                let parts = line.split(separator: ":", maxSplits: 1)
                guard parts.count == 2, parts[0].lowercased() == name else { return nil }
                return String(parts[1].drop { $0 == " " })
            }
        }
    }

    package typealias Script = @Sendable (Request, RawPeer) -> Void

    private struct State {
        var requests: [Request] = []
        var peers: [RawPeer] = []
        var consumed: [ObjectIdentifier: Int] = [:]
        var violations: [String] = []
    }

    private let state = Mutex(State())
    private let script: Script
    private let channel: any Channel

    private init(script: @escaping Script, channel: any Channel) {
        self.script = script
        self.channel = channel
    }

    /// Lends an origin that runs a script for each whole request.
    package static func with<Result>(
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
    package static let ok: Script = { _, peer in peer.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok") }

    package var port: Int { channel.localAddress?.port ?? 0 }
    package var requests: [Request] { state.withLock { $0.requests } }
    package var connectionCount: Int { state.withLock { $0.peers.count } }
    package var peers: [RawPeer] { state.withLock { $0.peers } }

    /// What came that no router may send.
    package var violations: [String] { state.withLock { $0.violations } }

    /// Everything that came on all connections, whether it was a request or not.
    package var receivedText: String { peers.map(\.text).joined(separator: "\n--\n") }

    /// Stops listening, and breaks every connection.
    package func stop() async {
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
            guard start < received.count else { return nil }
            do throws(WireViolation) {
                guard let wire = try WireRequest.read(received[start...]) else { return nil }
                state.consumed[ObjectIdentifier(peer)] = start + wire.length
                let request = Request(
                    text: String(decoding: received[start..<start + wire.length], as: UTF8.self),
                    connection: state.peers.firstIndex { $0 === peer } ?? -1,
                    wire: wire
                )
                state.requests.append(request)
                return request
            } catch {
                state.violations.append("\(error): \(String(decoding: received[start...].prefix(2000), as: UTF8.self))")
                // Nothing that follows can be understood.
                state.consumed[ObjectIdentifier(peer)] = .max
                return nil
            }
        }
    }
}
