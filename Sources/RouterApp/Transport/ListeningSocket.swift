import Glibc
import NIOCore
import Observability
import RouterTLS
import Topology

/// A TCP socket that listens, and what for: the one thing of a router that its successor must have from it.
struct ListeningSocket: Sendable, Hashable {
    /// The key of the topology that says where, such as `routers.router.listen`.
    let key: String
    let endpoint: Endpoint
    /// It does not block, and is closed when a program is executed.
    let descriptor: CInt

    init(key: String, endpoint: Endpoint, descriptor: CInt) {
        self.key = key
        self.endpoint = endpoint
        self.descriptor = descriptor
    }

    /// Listens at an endpoint.
    ///
    /// - Parameters:
    ///   - endpoint: port 0 for any free one.
    ///   - purpose: what will be served there, for the message.
    init(listeningAt endpoint: Endpoint, key: String, purpose: String) throws(ListenError) {
        do {
            let socket = try FrontSocket(host: endpoint.host, port: endpoint.port)
            self.init(key: key, endpoint: endpoint, descriptor: socket.descriptor)
        } catch {
            throw ListenError(purpose: purpose, host: endpoint.host, port: endpoint.port, key: key, underlying: error)
        }
    }

    /// The port that connections come to.
    var port: Int? {
        SocketAddress { getsockname(descriptor, $0, $1) }?.port
    }

    func close() { Glibc.close(descriptor) }
}
