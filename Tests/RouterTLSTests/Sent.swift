import NIOCore
import RouterTLS
import Synchronization

/// Counts what has left.
final class Sent: Sendable {
    private let value = Mutex(0)

    func add() { value.withLock { $0 += 1 } }
    var count: Int { value.withLock { $0 } }
}

/// Admits everybody.
struct Everybody: FrontAdmission {
    func admitConnection(from address: SocketAddress?) -> Bool { true }
    func connectionEnded(from address: SocketAddress?) {}
    func admitStream(from address: SocketAddress?) -> Bool { true }
    func streamEnded(from address: SocketAddress?) {}
}
