import HubWeb
import Testing

@Suite("A client's network")
struct ClientNetworkTests {
    @Test(
        "An IPv4 address is its own, the 2^64 addresses of an IPv6 subscriber are one",
        arguments: [
            ("203.0.113.7", "203.0.113.7"), ("::ffff:203.0.113.7", "203.0.113.7"),
            ("2001:db8:1:2::1", "20010db800010002/64"), ("2001:db8:1:2:ffff:ffff:ffff:ffff", "20010db800010002/64"),
            ("2001:db8:1:3::1", "20010db800010003/64"), ("::1", "0000000000000000/64"), ("", "unknown"),
            ("example.com", "unknown"), ("203.0.113.7:80", "unknown"), (nil, "unknown"),
        ] as [(String?, String)]
    )
    func networks(address: String?, expected: String) {
        #expect(ClientNetwork(address).description == expected)
    }
}
