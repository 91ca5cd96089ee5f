package import NIOCore
import Synchronization

/// The client behind one end of a pair: what whoever serves the pair knows of the client, and can have done to it.
package final class SecurePeer: Sendable {
    /// Where the client connects from.
    package let address: SocketAddress?
    private let cut = Atomic(false)

    init(address: SocketAddress?) {
        self.address = address
    }

    /// Says, before the pair is closed, that what was sent is not all: the client must not take it for complete.
    package func cutShort() { cut.store(true, ordering: .releasing) }

    var isCutShort: Bool { cut.load(ordering: .acquiring) }
}
