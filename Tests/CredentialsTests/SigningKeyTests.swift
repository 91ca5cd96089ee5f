import Credentials
import Testing

@Suite("Signing keys")
struct SigningKeyTests {
    /// The first key pair of RFC 8032 section 7.1.
    private let privateText = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A="
    private let publicText = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="

    @Test("The public half is the one that RFC 8032 gives")
    func vector() throws {
        let pair = try SigningKeyPair(privateKeyText: privateText)
        #expect(pair.publicKey.text == publicText)
        #expect(pair.privateKeyText == privateText)
        // printf %s "$publicText" | base64 -d | sha256sum | cut -c1-16
        #expect(pair.keyID == "21fe31dfa154a261")
        #expect(try PublicSigningKey(text: publicText) == pair.publicKey)
    }

    @Test("Generated keys differ and are read back from their text")
    func generated() throws {
        let pair = SigningKeyPair.generate()
        #expect(try SigningKeyPair(privateKeyText: pair.privateKeyText).publicKey == pair.publicKey)
        #expect(SigningKeyPair.generate().publicKey != pair.publicKey)
        #expect(pair.keyID.utf8.count == 16)
    }

    @Test(
        "What is not base 64 of 32 bytes is no key",
        arguments: ["", "x", "AAAA", "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2"]
    )
    func refused(text: String) {
        #expect(throws: SigningKeyError.self) { try SigningKeyPair(privateKeyText: text) }
        #expect(throws: SigningKeyError.self) { try PublicSigningKey(text: text) }
    }
}
