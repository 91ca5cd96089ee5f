import Testing

@testable import Redis

@Suite("Reply decoding")
struct RedisReplyTests {
    @Test("Text, bytes and numbers are read from the kinds that carry them")
    func decoding() {
        #expect(RedisReply.bulk([0x31, 0x32]).integer == 12)
        #expect(RedisReply.integer(-1).integer == -1)
        #expect(RedisReply.bulk([0xFF]).string == nil)
        #expect(RedisReply.bulk([0xFF]).bytes == [0xFF])
        #expect(RedisReply.simpleString("OK").isOK)
        #expect(!RedisReply.bulk(Array("OK".utf8)).isOK)
        #expect(RedisReply.array([.null]).array == [.null])
    }

    @Test("A null and an error carry no value", arguments: [RedisReply.null, .error("ERR 1")])
    func noValue(reply: RedisReply) {
        #expect(reply.bytes == nil && reply.string == nil && reply.integer == nil && reply.array == nil)
    }
}
