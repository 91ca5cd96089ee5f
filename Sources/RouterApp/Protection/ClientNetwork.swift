import NIOCore

/// Where a client connects from, as far as it counts: an IPv4 address, or the /64 that an IPv6 customer has to himself.
struct ClientNetwork: Hashable, Sendable {
    private let prefix: UInt64
    private let isIPv6: Bool

    /// - Returns: nil for what is no internet address.
    init?(_ address: SocketAddress?) {
        // Where the address lies in `sockaddr_in` and in `sockaddr_in6`.
        switch address {
        case .v4: self.init(address, at: 4..<8, isIPv6: false)
        case .v6(let ipv6):
            // ::ffff:0:0/96 holds the IPv4 clients of a socket that takes both.
            let start = ClientNetwork.bytes(of: .v6(ipv6), at: 8..<20)
            let isMapped = start.dropLast(2).allSatisfy { $0 == 0 } && start.suffix(2) == [0xFF, 0xFF]
            self.init(address, at: isMapped ? 20..<24 : 8..<16, isIPv6: !isMapped)
        case .unixDomainSocket, nil: return nil
        }
    }

    // MARK: - Private

    private init?(_ address: SocketAddress?, at range: Range<Int>, isIPv6: Bool) {
        guard let address else { return nil }
        prefix = ClientNetwork.bytes(of: address, at: range).reduce(0) { $0 << 8 | UInt64($1) }
        self.isIPv6 = isIPv6
    }

    private static func bytes(of address: SocketAddress, at range: Range<Int>) -> [UInt8] {
        address.withSockAddr { pointer, size in Array(UnsafeRawBufferPointer(start: pointer, count: size)[range]) }
    }
}
