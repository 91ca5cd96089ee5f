import Glibc

/// The part of a client's address that one customer of a network provider has to themselves: an IPv4 address, or the first
/// 64 bits of an IPv6 address, of which a single machine has 2^64.
package struct ClientNetwork: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    /// - Parameter address: nil, or what is no address, for clients whose address nobody knows; they share one network.
    package init(_ address: String?) {
        guard let address else {
            description = "unknown"
            return
        }
        guard let bytes = ClientNetwork.bytes(ofIPv6: address) else {
            description = ClientNetwork.isIPv4(address) ? address : "unknown"
            return
        }
        let isMapped = bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10...11].allSatisfy { $0 == 0xFF }
        if isMapped {
            // An IPv4 client of a dual-stack socket (RFC 4291 section 2.5.5.2).
            description = bytes.suffix(4).map { String($0) }.joined(separator: ".")
        } else {
            description = bytes.prefix(8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + "/64"
        }
    }

    // MARK: - Private

    private static func isIPv4(_ address: String) -> Bool {
        var parsed = in_addr()
        return inet_pton(AF_INET, address, &parsed) == 1
    }

    private static func bytes(ofIPv6 address: String) -> [UInt8]? {
        var parsed = [UInt8](repeating: 0, count: 16)
        return inet_pton(AF_INET6, address, &parsed) == 1 ? parsed : nil
    }
}
