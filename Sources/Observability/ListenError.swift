import Glibc
import NIOCore

/// A process cannot listen where it should: one sentence that says where, why and what to do.
package struct ListenError: Error, CustomStringConvertible {
    package enum Code: String, CaseIterable, Sendable {
        case portInUse
        case notPermitted
        case addressNotHere
        case failed
    }

    package let code: Code
    /// What would be served there.
    package let purpose: String
    package let host: String
    package let port: Int
    /// The key of the topology that says where, such as `routers.router.admin`.
    package let key: String
    package let underlying: any Error

    package init(purpose: String, host: String, port: Int, key: String, underlying: any Error) {
        self.purpose = purpose
        self.host = host
        self.port = port
        self.key = key
        self.underlying = underlying
        code =
            switch (underlying as? IOError)?.errnoCode {
            case EADDRINUSE: .portInUse
            case EACCES, EPERM: .notPermitted
            case EADDRNOTAVAIL: .addressNotHere
            default: .failed
            }
    }

    package var description: String {
        let reason =
            switch code {
            case .portInUse: "another process listens there; stop it"
            case .notPermitted: "this user may not; choose a port above 1023"
            case .addressNotHere: "this machine does not have that address; correct it"
            case .failed: "\(underlying); correct the address"
            }
        return "cannot listen on \(host):\(port) for \(purpose): \(reason), or change \(key) in the topology"
    }
}
