import Glibc
import HubTesting
import NIOCore
import NIOPosix
package import RouterTLS
import Synchronization

/// A real front on a free port, whose pairs end at a server of the test's own.
package final class TestFront: Sendable {
    package typealias Script = @Sendable (RawPeer, SecurePeer) -> Void

    package let port: Int
    package let front: TLSFront
    package let certificates: CertificateStore
    private let state = Mutex<[RawPeer]>([])
    private let counts: AdmissionCount

    private init(_ front: TLSFront, certificates: CertificateStore, counts: AdmissionCount) {
        self.front = front
        self.certificates = certificates
        self.counts = counts
        port = front.port ?? 0
    }

    /// Lends a front.
    ///
    /// - Parameters:
    ///   - mostStreams: requests of HTTP/2 that are admitted at once.
    ///   - onData: told after each piece that came on a pair.
    package static func with<Result>(
        certificates folder: String,
        limits change: (inout FrontLimits) -> Void = { _ in },
        mostConnections: Int = 100,
        mostStreams: Int = 1000,
        reads: Bool = true,
        onData: @escaping Script = { peer, _ in TestFront.ok(peer) },
        _ body: (TestFront) async throws -> Result
    ) async throws -> Result {
        var limits = FrontLimits()
        limits.linger = .milliseconds(500)
        change(&limits)
        let store = try CertificateStore(folder: folder) { _ in }
        let counts = AdmissionCount(mostConnections: mostConnections, mostStreams: mostStreams)
        let box = Mutex<TestFront?>(nil)
        let front = try await TLSFront(
            on: try FrontSocket(host: "127.0.0.1", port: 0),
            certificates: store,
            limits: { [limits] in limits },
            admission: counts,
            threads: 1
        ) { descriptor, secure in
            let peer = RawPeer { onData($0, secure) }
            ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .channelOption(.autoRead, value: reads)
                .channelOption(.allowRemoteHalfClosure, value: false)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(peer) }
                }
                .withConnectedSocket(descriptor)
                .whenComplete { result in
                    switch result {
                    // Sooner it could not send.
                    case .success: box.withLock { $0 }?.state.withLock { $0.append(peer) }
                    case .failure: close(descriptor)
                    }
                }
        }
        let test = TestFront(front, certificates: store, counts: counts)
        box.withLock { $0 = test }
        do {
            let result = try await body(test)
            await test.stop()
            return result
        } catch {
            await test.stop()
            throw error
        }
    }

    /// Answers each request that ends with its head with 200 and `ok`.
    package static func ok(_ peer: RawPeer) {
        guard peer.text.hasSuffix("\r\n\r\n") else { return }
        peer.clear()
        peer.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
    }

    /// The far ends of the pairs, in the order of their coming.
    package var pairs: [RawPeer] { state.withLock { $0 } }

    /// What is open now.
    package var connections: Int { counts.connections }
    package var streams: Int { counts.streams }

    // MARK: - Private

    private func stop() async {
        await front.drain()
        await front.stop(within: .zero)
    }
}

/// Admits up to so many, and counts.
private final class AdmissionCount: FrontAdmission {
    private let mostConnections: Int
    private let mostStreams: Int
    private let counts = Mutex((connections: 0, streams: 0))

    init(mostConnections: Int, mostStreams: Int) {
        self.mostConnections = mostConnections
        self.mostStreams = mostStreams
    }

    var connections: Int { counts.withLock { $0.connections } }
    var streams: Int { counts.withLock { $0.streams } }

    func admitConnection(from address: SocketAddress?) -> Bool {
        counts.withLock { counts in
            guard counts.connections < mostConnections else { return false }
            counts.connections += 1
            return true
        }
    }

    func connectionEnded(from address: SocketAddress?) { counts.withLock { $0.connections -= 1 } }

    func admitStream(from address: SocketAddress?) -> Bool {
        counts.withLock { counts in
            guard counts.streams < mostStreams else { return false }
            counts.streams += 1
            return true
        }
    }

    func streamEnded(from address: SocketAddress?) { counts.withLock { $0.streams -= 1 } }
}
