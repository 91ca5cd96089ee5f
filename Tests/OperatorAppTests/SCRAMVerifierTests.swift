import Crypto
import FoundationEssentials
import Migrations
import Testing

@Suite("SCRAM verifiers")
struct SCRAMVerifierTests {
    @Test("The server key made of RFC 7677's example signs as the example does")
    func publishedExample() throws {
        let salt = try #require(Data(base64Encoded: "W22ZaJ0SNY7soEsUEjb6gQ=="))
        let verifier = try #require(SCRAMVerifier(password: "pencil", salt: salt, iterations: 4096))
        let serverKey = try #require(
            verifier.description.split(separator: ":").last.flatMap { Data(base64Encoded: String($0)) }
        )
        let nonce = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
        let message = "n=user,r=rOprNGfwEbeRWgbNEkqO,r=\(nonce),s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r=\(nonce)"
        let signature = HMAC<SHA256>.authenticationCode(for: Data(message.utf8), using: SymmetricKey(data: serverKey))
        #expect(Data(signature).base64EncodedString() == "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")
    }

    @Test("The text form is read back and knows its password")
    func roundTrip() throws {
        let verifier = try #require(SCRAMVerifier(password: "a 'quoted' one", salt: Data(repeating: 7, count: 16)))
        let read = try #require(SCRAMVerifier(verifier.description))
        #expect(read == verifier)
        #expect(read.matches("a 'quoted' one"))
        #expect(!read.matches("a 'quoted' two"))
        #expect(verifier.description.utf8.allSatisfy { $0 != UInt8(ascii: "'") && $0 != UInt8(ascii: "\\") })
    }

    @Test("What SASLprep might change is refused", arguments: ["", "pässwort", "tab\there", "nul\0"])
    func refused(password: String) {
        #expect(SCRAMVerifier(password: password, salt: Data(repeating: 7, count: 16)) == nil)
    }

    @Test(
        "What is no verifier is not read",
        arguments: [
            "", "md5abc", "SCRAM-SHA-256$x:AAAA$AAAA:AAAA", "SCRAM-SHA-256$4096:AAAA$AAAA", "SCRAM-SHA-256$4096:!$A:A",
        ]
    )
    func malformed(text: String) {
        #expect(SCRAMVerifier(text) == nil)
    }
}
