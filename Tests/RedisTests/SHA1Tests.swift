import Testing

@testable import Redis

@Suite("SHA-1")
struct SHA1Tests {
    @Test(
        "The digests are those of FIPS 180 and RFC 3174",
        arguments: [
            ("", 1, "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
            ("abc", 1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
                "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
            ),
            (
                "0123456701234567012345670123456701234567012345670123456701234567", 10,
                "dea356a2cddd90c7a7ecedc5ebb563934f460452"
            ),
            ("a", 1_000_000, "34aa973cd4c4daa4f61eeb2bdbad27316534016f"),
        ]
    )
    func knownDigests(unit: String, count: Int, digest: String) {
        #expect(SHA1.hexadecimal(String(repeating: unit, count: count).utf8) == digest)
    }

    @Test("Every length around a block boundary is padded to whole blocks", arguments: 50...70)
    func padding(length: Int) {
        // Two digests that agree would mean that the padding dropped or repeated a byte.
        let short = SHA1.hexadecimal(repeatElement(0x61, count: length))
        let long = SHA1.hexadecimal(repeatElement(0x61, count: length + 1))
        #expect(short.count == 40)
        #expect(short != long)
    }
}
