import Foundation
import Testing

/// Finds a run of TCP ports that nothing listens on.
enum FreePorts {
    static func base(count: Int) throws -> Int {
        for _ in 0..<200 {
            let base = Int.random(in: 200...320) * 100
            if (base..<base + count).allSatisfy(isFree) { return base }
        }
        throw Exhausted()
    }

    struct Exhausted: Error, CustomStringConvertible {
        var description: String { "no run of free ports was found between 20000 and 32000" }
    }

    // MARK: - Private

    private static func isFree(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
