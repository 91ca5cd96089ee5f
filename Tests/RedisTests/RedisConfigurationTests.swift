import Testing

@testable import Redis

@Suite("Configuration")
struct RedisConfigurationTests {
    @Test("No way of printing a configuration shows the password")
    func password() {
        let configuration = RedisConfiguration(host: "127.0.0.1", password: "correct horse")
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in ["\(configuration)", String(reflecting: configuration), dumped] {
            #expect(!text.contains("horse"))
            #expect(text.contains("(hidden)"))
        }
    }

    @Test("The endpoint is host:port, with brackets for IPv6")
    func endpoint() {
        #expect(RedisConfiguration(host: "cache.example", port: 1).endpoint == "cache.example:1")
        #expect(RedisConfiguration(host: "::1").endpoint == "[::1]:6379")
    }
}
