import Glibc
import Synchronization

/// A TCP server that says what a test wants instead of speaking Redis.
final class RawServer: Sendable {
    /// What it does with each connection.
    enum Behaviour: Sendable {
        /// Accepts and never says anything.
        case silence
        /// Answers the handshake of a connection without password, name or database, and then the next bytes with this
        /// text.
        case afterHandshake(String)
        /// Answers the first bytes with this text.
        case answer(String)
        /// Accepts and closes at once.
        case hangUp
    }

    let port: Int

    private let listener: CInt
    private let accepted = Mutex<[CInt]>([])

    init(_ behaviour: Behaviour) throws {
        listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = listener
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
                    && listen(descriptor, 16) == 0
            }
        }
        guard isListening else { throw RawServerError(number: errno) }
        port = Int(UInt16(bigEndian: address.sin_port))
        startThread { server in
            while true {
                let connection = accept(server.listener, nil, nil)
                guard connection >= 0 else { return }
                server.accepted.withLock { $0.append(connection) }
                Self.serve(connection, behaviour)
            }
        }
    }

    /// Closes everything and ends the thread.
    func stop() {
        Glibc.shutdown(listener, CInt(SHUT_RDWR))
        accepted.withLock { connections in
            for connection in connections { close(connection) }
            connections = []
        }
    }

    deinit {
        close(listener)
    }

    // MARK: - Private

    private static func serve(_ connection: CInt, _ behaviour: Behaviour) {
        switch behaviour {
        case .silence: break
        case .hangUp: Glibc.shutdown(connection, CInt(SHUT_RDWR))
        case .answer(let text): say(text, whenAskedOn: connection)
        case .afterHandshake(let text):
            let identity = "$17\r\nrun_id:raw-server\r\n$11\r\nrole:master\r\n"
            say(identity, whenAskedOn: connection)
            say(text, whenAskedOn: connection)
        }
    }

    private static func say(_ text: String, whenAskedOn connection: CInt) {
        var buffer = [UInt8](repeating: 0, count: 4096)
        guard recv(connection, &buffer, buffer.count, 0) > 0 else { return }
        _ = send(connection, Array(text.utf8), text.utf8.count, CInt(MSG_NOSIGNAL))
    }

    private func startThread(_ body: @escaping @Sendable (RawServer) -> Void) {
        let context = Unmanaged.passRetained(ThreadContext(server: self, body: body)).toOpaque()
        var thread = pthread_t()
        pthread_create(
            &thread,
            nil,
            { argument in
                let context = Unmanaged<ThreadContext>.fromOpaque(argument!).takeRetainedValue()
                context.body(context.server)
                return nil
            },
            context
        )
        pthread_detach(thread)
    }
}

/// Why a raw server cannot listen.
struct RawServerError: Error {
    let number: CInt
}

private final class ThreadContext: Sendable {
    let server: RawServer
    let body: @Sendable (RawServer) -> Void

    init(server: RawServer, body: @escaping @Sendable (RawServer) -> Void) {
        self.server = server
        self.body = body
    }
}
