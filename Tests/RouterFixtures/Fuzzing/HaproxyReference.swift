import FoundationEssentials
import HubTesting
import NIOCore
import NIOPosix
import Synchronization

/// A haproxy before an origin of its own, as the measure of strictness.
package final class HaproxyReference: Sendable {
    /// Where Debian puts it.
    private static let program = "/usr/sbin/haproxy"

    private let port: Int
    private let tally: Tally

    /// What haproxy made of an input.
    private final class Tally: Sendable {
        let requests = Mutex(0)
    }

    private init(port: Int, tally: Tally) {
        self.port = port
        self.tally = tally
    }

    /// Whether there is a haproxy on this machine.
    package static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: program) }

    /// Lends a running one.
    package static func with<Result>(_ body: (HaproxyReference) async throws -> Result) async throws -> Result {
        let tally = Tally()
        let origin = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(RawPeer { look(at: $0, tally) })
                }
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
        let directory = FileManager.default.temporaryDirectory.appending(path: "haproxy-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let port = try freePort()
        let configuration = directory.appending(path: "haproxy.cfg").path
        try text(port: port, origin: origin.localAddress?.port ?? 0)
            .write(toFile: configuration, atomically: false, encoding: .utf8)
        let process = try WatchedProcess(
            [program, "-db", "-f", configuration],
            output: directory.appending(path: "log").path
        )
        defer { process.kill9() }
        let reference = HaproxyReference(port: port, tally: tally)
        try await waitFor("haproxy to listen") {
            guard !process.hasEnded else { throw HaproxyFailure() }
            guard let peer = try? await RawPeer.connect(to: port) else { return false }
            peer.close()
            return true
        }
        let result = try await body(reference)
        try? await origin.close().get()
        return result
    }

    /// How many requests it forwards of an input, before it refuses one; nil when it refuses none. For one caller at once.
    package func mostRequests(in input: [UInt8]) async throws -> Int? {
        tally.requests.withLock { $0 = 0 }
        let client = try await RawPeer.connect(to: port)
        await Delivery.whole.send(input, over: client)
        try await client.waitUntilClosed()
        let statuses = client.text.components(separatedBy: "HTTP/1.1 ").dropFirst().map { $0.prefix(3) }
        guard let last = statuses.last, last.first == "4" || last == "501" || last == "505", last != "408" else {
            return nil
        }
        return tally.requests.withLock { $0 }
    }

    // MARK: - Private

    private struct HaproxyFailure: Error, CustomStringConvertible {
        var description: String { "haproxy does not start" }
    }

    /// Limits as the router has them, and time-outs as short as in ``PathFuzz``.
    private static func text(port: Int, origin: Int) -> String {
        """
        global
            tune.bufsize 98304
            tune.http.maxhdr 256
            log /dev/null local0
        defaults
            mode http
            timeout connect 1s
            timeout server 2s
            timeout client 400ms
            timeout http-request 400ms
            timeout http-keep-alive 400ms
        frontend clients
            bind 127.0.0.1:\(port)
            default_backend origin
        backend origin
            server origin 127.0.0.1:\(origin)

        """
    }

    private static func look(at peer: RawPeer, _ tally: Tally) {
        let bytes = peer.bytes
        var end = 0
        var answers = 0
        while let length = length(ofRequestIn: bytes[end...]) {
            end += length
            answers += 1
        }
        // The connection itself keeps what is not read yet: another may get this one's identity once it is gone.
        peer.forget(first: end)
        tally.requests.withLock { $0 += answers }
        for _ in 0..<answers { peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") }
    }

    /// Reads what haproxy writes, which is trusted to be in order.
    private static func length(ofRequestIn bytes: ArraySlice<UInt8>) -> Int? {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let head = String(decoding: bytes[..<end.upperBound], as: UTF8.self).lowercased()
        let body = bytes[end.upperBound...]
        if head.contains("\r\ntransfer-encoding: chunked\r\n") {
            return chunksEnd(body).map { $0 - bytes.startIndex }
        }
        guard let field = head.firstRange(of: "\r\ncontent-length: ") else { return end.upperBound - bytes.startIndex }
        let length = Int(head[field.upperBound...].prefix { $0.isNumber }) ?? 0
        return body.count >= length ? end.upperBound + length - bytes.startIndex : nil
    }

    private static func chunksEnd(_ body: ArraySlice<UInt8>) -> Int? {
        var rest = body
        while let end = rest.firstRange(of: [0x0D, 0x0A]) {
            let digits = String(decoding: rest[..<end.lowerBound], as: UTF8.self).prefix { $0.isHexDigit }
            guard let size = Int(digits, radix: 16) else { return nil }
            if size == 0 { return rest.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound }
            let next = end.upperBound + size + 2
            guard next <= body.endIndex else { return nil }
            rest = body[next...]
        }
        return nil
    }
}
