import FoundationEssentials
import HubModel
import Testing

@Suite("URL-safe base 64")
struct Base64URLTests {
    @Test(
        "The vectors of RFC 4648 hold, without their padding",
        arguments: [
            ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
            ("foobar", "Zm9vYmFy"),
        ]
    )
    func vectors(plain: String, encoded: String) {
        #expect(Base64URL.encode(plain.utf8) == encoded)
        #expect(Base64URL.decode(encoded) == Array(plain.utf8))
    }

    @Test("Random bytes agree with Foundation's base 64 and are read back")
    func peer() {
        var generator = SystemRandomNumberGenerator()
        for length in 0..<300 {
            let bytes = (0..<length).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            let expected = Data(bytes).base64EncodedString().filter { $0 != "=" }
                .map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 }
            #expect(Base64URL.encode(bytes) == String(expected))
            #expect(Base64URL.decode(String(expected)) == bytes)
        }
    }

    @Test(
        "A text that no value is encoded to is refused",
        arguments: ["Zg==", "Zm8=", "Z", "Zm9vY", "Zh", "Zm9", "+w", "/w", "Zm 8", "Zm8\n", "Zm\u{e9}"]
    )
    func refused(text: String) {
        #expect(Base64URL.decode(text) == nil)
    }
}
