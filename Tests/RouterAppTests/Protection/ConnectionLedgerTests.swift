import NIOCore
import Testing

@testable import RouterApp

@Suite struct ConnectionLedgerTests {
    private func network(_ address: String) throws -> ClientNetwork {
        try #require(ClientNetwork(try SocketAddress(ipAddress: address, port: 1)))
    }

    @Test("A network is an IPv4 address, also as IPv6 writes it, or a /64")
    func networks() throws {
        #expect(try network("10.0.0.1") == network("::ffff:10.0.0.1"))
        #expect(try network("10.0.0.1") != network("10.0.0.2"))
        #expect(try network("2001:db8:1:2::1") == network("2001:db8:1:2:ffff::2"))
        #expect(try network("2001:db8:1:2::1") != network("2001:db8:1:3::1"))
        #expect(try network("::a00:1") != network("10.0.0.1"))
    }

    @Test("Connections count for their network and for the router until they are given back, refused ones too")
    func counts() throws {
        let ledger = ConnectionLedger()
        let (one, other) = (try network("10.0.0.1"), try network("10.0.0.2"))
        func enter(_ network: ClientNetwork) -> ConnectionLedger.Verdict {
            ledger.enter(network, most: 4, mostOfNetwork: 2)
        }
        #expect([enter(one), enter(one), enter(one)] == [.admitted, .admitted, .networkIsFull])
        #expect([enter(other), enter(other)] == [.admitted, .routerIsFull])
        ledger.leave(one)
        ledger.leave(one)
        #expect(enter(one) == .admitted)
        for network in [one, one, other, other] { ledger.leave(network) }
        #expect(ledger.networks == 0)
    }
}
