package import NIOCore

/// Decides how many connections and requests there may be, and counts them.
///
/// It is asked on the event loops. What was admitted is told to have ended exactly once, what was refused never.
package protocol FrontAdmission: Sendable {
    func admitConnection(from address: SocketAddress?) -> Bool
    func connectionEnded(from address: SocketAddress?)
    /// A request of HTTP/2: several of them share a connection.
    func admitStream(from address: SocketAddress?) -> Bool
    func streamEnded(from address: SocketAddress?)
}
