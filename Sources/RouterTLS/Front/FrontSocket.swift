import Glibc
package import NIOCore

/// A socket that listens for TCP connections, and is owned by whoever has this value.
package struct FrontSocket: Sendable {
    /// Its descriptor.
    package let descriptor: CInt

    /// Connections that wait to be accepted.
    private static let backlog: CInt = 1024

    /// Takes over a socket that listens already, of another process for example.
    package init(descriptor: CInt) {
        self.descriptor = descriptor
    }

    /// Listens at an address; port 0 for any free one.
    ///
    /// - Throws: the kernel's refusal, or that the host has no address.
    package init(host: String, port: Int) throws {
        let address = try SocketAddress.makeAddressResolvingHost(host, port: port)
        let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue) | CInt(SOCK_NONBLOCK.rawValue)
        descriptor = socket(address.protocol == .inet6 ? AF_INET6 : AF_INET, kind, 0)
        guard descriptor >= 0 else { throw IOError(errnoCode: errno, reason: "socket") }
        var one: CInt = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<CInt>.size))
        guard address.withSockAddr({ bind(descriptor, $0, socklen_t($1)) }) == 0,
            listen(descriptor, FrontSocket.backlog) == 0
        else {
            let number = errno
            Glibc.close(descriptor)
            throw IOError(errnoCode: number, reason: "bind")
        }
    }

    /// The same socket under another descriptor, which stays when this one is closed.
    package func duplicate() throws(IOError) -> FrontSocket {
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { throw IOError(errnoCode: errno, reason: "fcntl") }
        return FrontSocket(descriptor: copy)
    }

    package func close() { Glibc.close(descriptor) }
}
