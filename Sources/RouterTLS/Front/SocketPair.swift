import Glibc
import NIOCore

/// Two sockets of this process that are connected to each other.
struct SocketPair {
    /// The end that this room reads and writes.
    let near: CInt
    /// The end that is given away; it does not block.
    let far: CInt

    /// What the kernel keeps of one direction, in bytes: small, since there may be thousands of pairs.
    private static let room: CInt = 64 * 1024

    /// - Throws: when the process has no descriptors left.
    init() throws(IOError) {
        var ends: [CInt] = [-1, -1]
        let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue) | CInt(SOCK_NONBLOCK.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw IOError(errnoCode: errno, reason: "socketpair") }
        var room = SocketPair.room
        for end in ends {
            setsockopt(end, SOL_SOCKET, SO_SNDBUF, &room, socklen_t(MemoryLayout<CInt>.size))
        }
        near = ends[0]
        far = ends[1]
    }
}
