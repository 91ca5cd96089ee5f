import FoundationEssentials
import Glibc
import NIOCore

/// Where a router waits for its successor: a socket in the file system, `handover.sock` in the router's state folder,
/// that only the router's own user may use.
struct HandoverSocket: Sendable {
    /// The folder.
    let folder: String

    private static let name = "handover.sock"

    var path: String { "\(folder)/\(HandoverSocket.name)" }

    /// Listens in place of whoever did.
    ///
    /// - Returns: a descriptor that does not block.
    func listen() throws(IOError) -> CInt {
        // What hinders that, hinders what follows too, and is told then.
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        // A new one beside the old and then in its place: at no moment is there none.
        let temporary = ".\(HandoverSocket.name).\(getpid())"
        let descriptor = try withSocket(CInt(SOCK_NONBLOCK.rawValue)) { descriptor throws(IOError) in
            unlink("\(folder)/\(temporary)")
            try withAddress(of: temporary) { address, length in Glibc.bind(descriptor, address, length) }
            try check(chmod("\(folder)/\(temporary)", 0o600), "chmod")
            try check(Glibc.listen(descriptor, 1), "listen")
            try check(rename("\(folder)/\(temporary)", path), "rename")
        }
        return descriptor
    }

    /// Connects to the router that waits, if one does.
    ///
    /// - Parameter patience: how long an answer may take.
    /// - Returns: a descriptor that blocks for no longer than that; nil when nobody waits.
    func connect(patience: Duration) throws(IOError) -> CInt? {
        do throws(IOError) {
            return try withSocket(0) { descriptor throws(IOError) in
                var limit = timeval(tv_sec: Int(patience.components.seconds), tv_usec: 0)
                let length = socklen_t(MemoryLayout<timeval>.size)
                try check(setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, length), "setsockopt")
                try check(setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, length), "setsockopt")
                try withAddress(of: HandoverSocket.name) { address, length in
                    Glibc.connect(descriptor, address, length)
                }
            }
        } catch  where error.errnoCode == ENOENT || error.errnoCode == ECONNREFUSED {
            return nil
        }
    }

    /// Whether the peer of a connection is a process of the same user.
    static func isOwn(_ connection: CInt) -> Bool {
        // struct ucred: pid, uid, gid (unix(7), SO_PEERCRED).
        var peer: (CInt, UInt32, UInt32) = (0, .max, .max)
        var length = socklen_t(MemoryLayout.size(ofValue: peer))
        return getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 && peer.1 == geteuid()
    }

    // MARK: - Private

    private func withSocket(_ flags: CInt, _ body: (CInt) throws(IOError) -> Void) throws(IOError) -> CInt {
        let kind = CInt(SOCK_SEQPACKET.rawValue) | CInt(SOCK_CLOEXEC.rawValue) | flags
        let descriptor = socket(AF_UNIX, kind, 0)
        try check(descriptor, "socket")
        do throws(IOError) {
            try body(descriptor)
        } catch {
            Glibc.close(descriptor)
            throw error
        }
        return descriptor
    }

    /// The address of a file in the folder, which may have a longer name than an address has room for: so the folder is
    /// named by a descriptor of it.
    private func withAddress(
        of name: String,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt
    ) throws(IOError) {
        let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        try check(directory, "open")
        defer { Glibc.close(directory) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: "/proc/self/fd/\(directory)/\(name)".utf8) }
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try check(status, "socket address")
    }

    private func check(_ status: CInt, _ call: String) throws(IOError) {
        if status < 0 { throw IOError(errnoCode: errno, reason: call) }
    }
}
