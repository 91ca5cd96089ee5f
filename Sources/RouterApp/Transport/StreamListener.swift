import Glibc
import NIOCore
import Reactor

/// Accepts TCP connections at an address, confined to its reactor's thread.
final class StreamListener {
    private let descriptor: CInt
    private let reactor: Reactor
    private let onConnection: (CInt, SocketAddress?) -> Void
    private var registration: Registration?

    /// Connections that wait to be accepted.
    private static let backlog: CInt = 1024
    /// Connections accepted before others have their turn.
    private static let fairShare = 64
    /// How long nothing is accepted when the process has no descriptors left.
    private static let pause: Duration = .milliseconds(100)

    /// Binds; ``start()`` accepts.
    ///
    /// - Parameter onConnection: gets the descriptor of each connection, which does not block, and the peer's address.
    /// - Throws: the kernel's refusal.
    init(
        address: SocketAddress,
        on reactor: Reactor,
        onConnection: @escaping (CInt, SocketAddress?) -> Void
    ) throws(IOError) {
        guard let descriptor = address.makeSocket() else { throw IOError(errnoCode: errno, reason: "socket") }
        var one: CInt = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<CInt>.size))
        guard address.withSockAddr({ bind(descriptor, $0, socklen_t($1)) }) == 0,
            listen(descriptor, StreamListener.backlog) == 0
        else {
            let number = errno
            Glibc.close(descriptor)
            throw IOError(errnoCode: number, reason: "bind")
        }
        self.descriptor = descriptor
        self.reactor = reactor
        self.onConnection = onConnection
    }

    /// The port that connections come to.
    var port: Int? { StreamListener.address { getsockname(descriptor, $0, $1) }?.port }

    func start() throws(ReactorError) {
        registration = try reactor.register(descriptor, .readable) { readiness in
            if readiness.contains(.shutdown) { self.registration = nil }
            if self.registration != nil { self.accept() }
        }
    }

    /// Accepts nothing more.
    func close() {
        if let registration { reactor.deregister(registration) }
        registration = nil
        Glibc.close(descriptor)
    }

    // MARK: - Private

    private func accept() {
        for _ in 0..<StreamListener.fairShare {
            var connection: CInt = -1
            let peer = StreamListener.address { address, length in
                connection = Glibc.accept(descriptor, address, length)
                return connection < 0 ? -1 : 0
            }
            guard connection >= 0 else {
                let number = errno
                if number == EMFILE || number == ENFILE { rest() }
                // One that is gone already is no reason to leave the others waiting.
                if number == ECONNABORTED || number == EINTR { continue }
                return
            }
            _ = fcntl(connection, F_SETFL, O_NONBLOCK)
            _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
            onConnection(connection, peer)
        }
    }

    private func rest() {
        guard let registration else { return }
        try? reactor.update(registration, [])
        _ = try? reactor.schedule(after: StreamListener.pause) {
            guard let registration = self.registration else { return }
            try? self.reactor.update(registration, .readable)
        }
    }

    private static func address(
        _ ask: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> CInt
    ) -> SocketAddress? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let status = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { ask($0, &length) }
        }
        return status == 0 ? SocketAddress(storage) : nil
    }
}
