import FoundationEssentials
import HubModel
import Testing

@Suite("Email addresses")
struct EmailAddressTests {
    @Test(
        "An address is read and folded to lower case",
        arguments: [
            ("admin@demo.com", "admin@demo.com"), ("Ada.Lovelace+hub@Example.CO.uk", "ada.lovelace+hub@example.co.uk"),
            ("o'brien@x-y.example", "o'brien@x-y.example"), ("1@2.3", "1@2.3"),
            (String(repeating: "a", count: 64) + "@b.c", String(repeating: "a", count: 64) + "@b.c"),
        ]
    )
    func accepted(text: String, folded: String) {
        #expect(EmailAddress(text)?.rawValue == folded)
    }

    @Test(
        "What is not an address is refused",
        arguments: [
            "", "a", "a@", "@b.c", "a@b", "a@b.", "a@.c", "a@@b.c", "a@b@c.d", "a b@c.d", "a@b c.d", "a@b..c", "a@-b.c",
            "a@b-.c", ".a@b.c", "a.@b.c", "a\n@b.c", "a@b.c\n", "a@b_c.d", "é@b.c", "a@bücher.de", "a@b.c\0", "<a@b.c>",
            String(repeating: "a", count: 65) + "@b.c", "a@" + String(repeating: "b", count: 64) + ".c",
            "a@" + Array(repeating: String(repeating: "b", count: 60), count: 5).joined(separator: "."),
        ]
    )
    func refused(text: String) {
        #expect(EmailAddress(text) == nil)
    }

    @Test("A letter whose lower-case form is ASCII makes no second spelling of another's address")
    func kelvin() {
        // U+212A KELVIN SIGN folds to `k`.
        #expect(EmailAddress("\u{212A}@b.c") == nil)
    }

    @Test("JSON carries the folded text")
    func json() throws {
        let decoded = try JSONDecoder().decode([EmailAddress].self, from: Data("[\"A@B.C\"]".utf8))
        #expect(decoded == [EmailAddress("a@b.c")!])
        #expect(try String(decoding: JSONEncoder().encode(decoded), as: UTF8.self) == "[\"a@b.c\"]")
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([EmailAddress].self, from: Data("[\"A\"]".utf8))
        }
    }
}
