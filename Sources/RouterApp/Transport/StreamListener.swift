import Glibc
import NIOCore
import Reactor

/// Accepts the connections of a listening socket, confined to its reactor's thread.
final class StreamListener {
    private let descriptor: CInt
    private let reactor: Reactor
    private let onConnection: (CInt, SocketAddress?) -> Void
    private var registration: Registration?

    /// Connections accepted before others have their turn.
    private static let fairShare = 64
    /// How long nothing is accepted when the process has no descriptors left.
    private static let pause: Duration = .milliseconds(100)

    /// Nothing is accepted before ``start()``.
    ///
    /// - Parameters:
    ///   - socket: is closed in the end.
    ///   - onConnection: gets the descriptor of each connection, which does not block, and the peer's address.
    init(_ socket: ListeningSocket, on reactor: Reactor, onConnection: @escaping (CInt, SocketAddress?) -> Void) {
        descriptor = socket.descriptor
        self.reactor = reactor
        self.onConnection = onConnection
    }

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
            let peer = SocketAddress { address, length in
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
}
