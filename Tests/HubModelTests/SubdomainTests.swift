import HubModel
import Testing

@Suite("Subdomains")
struct SubdomainTests {
    @Test(
        "A DNS label of 3–50 characters is a subdomain",
        arguments: ["abc", "123", "a-b", "a--b", "0-0", String(repeating: "a", count: 50)]
    )
    func accepted(text: String) {
        #expect(Subdomain(text)?.rawValue == text)
    }

    @Test(
        "Everything else is refused",
        arguments: [
            "", "ab", "-abc", "abc-", "ab--c", "xn--bcher-kva", "Abc", "a.b", "a_b", "a b", "äbc", "abc\n",
            String(repeating: "a", count: 51),
        ]
    )
    func refused(text: String) {
        #expect(Subdomain(text) == nil)
    }

    @Test(
        "Names that people would trust as the operator's are reserved",
        arguments: ["www", "api", "admin", "login", "canary-eu-1-a"]
    )
    func reserved(text: String) throws {
        #expect(try #require(Subdomain(text)).isReserved)
    }

    @Test("The demo tenants' names are free", arguments: ["demo", "globex", "initech", "acme"])
    func free(text: String) throws {
        #expect(try !#require(Subdomain(text)).isReserved)
    }

    @Test("Every reserved name of three characters or more is a subdomain that somebody could ask for")
    func reservedAreSubdomains() {
        for name in Subdomain.reserved where name.utf8.count >= 3 { #expect(Subdomain(name) != nil, "\(name)") }
    }
}
