import HTTPTypes
import HubModel
import HubWeb
import HubWire
import Hummingbird
import Testing

@Suite("Reading a request")
struct RequestTests {
    private func request(
        _ path: String,
        _ method: HTTPRequest.Method = .get,
        host: String = "acme.hub.test:8080",
        fields: HTTPFields = [:]
    ) -> Request {
        Request(
            head: HTTPRequest(method: method, scheme: "http", authority: host, path: path, headerFields: fields),
            body: RequestBody(buffer: ByteBuffer())
        )
    }

    @Test("Query parameters are decoded as forms write them, and the first of a name counts")
    func query() throws {
        var query = QueryReader(request("/?search=+a%2Bb+c%3D%C3%A9+&status=completed&status=x&limit=5&offset=20"))
        #expect(query.search() == "a+b c=é")
        #expect(query.choice("status", WorkStatus.self) == .completed)
        #expect(query.value("createdBy", UserID.self, expected: "an id") == nil)
        #expect(try query.page() == PageRequest(limit: 5, offset: 20))
    }

    @Test("Everything wrong with a query is told at once")
    func badQuery() {
        var query = QueryReader(
            request("/?search=\(String(repeating: "x", count: 201))&status=no&user=7&limit=101&offset=x")
        )
        #expect(query.search() == nil)
        #expect(query.choice("status", WorkStatus.self) == nil)
        #expect(query.value("user", UserID.self, expected: "the id of a user") == nil)
        do {
            _ = try query.page()
            Issue.record("nothing was thrown")
        } catch {
            #expect(error.errors.map(\.field) == ["search", "status", "user", "limit", "offset"])
            #expect(error.errors[1].message == "must be one of 'not-started', 'in-progress', 'completed'")
        }
    }

    @Test("Days alone are days in UTC, moments are those that they are, and the last second is in the list")
    func days() throws {
        for (query, from, until) in [
            ("from=2026-01-31&to=2026-01-31", "2026-01-31T00:00:00Z", "2026-02-01T00:00:00Z"),
            (
                "from=2026-03-29T00%3A00%3A00%2B01%3A00&to=2026-03-29T23%3A59%3A59%2B02%3A00", "2026-03-28T23:00:00Z",
                "2026-03-29T22:00:00Z"
            ),
        ] {
            var query = QueryReader(request("/?\(query)"))
            let days = query.days()
            #expect(days.from == Timestamp(from) && days.until == Timestamp(until))
            _ = try query.page()
        }
        var none = QueryReader(request("/"))
        #expect(none.days() == (nil, nil))
        var wrong = QueryReader(request("/?from=yesterday&to=2026-02-30"))
        _ = wrong.days()
        #expect(throws: InvalidRequest.self) { try wrong.page() }
    }

    @Test("A token is taken from the Authorization field, else from the cookie; another scheme is none")
    func credentials() {
        let cookie: HTTPFields = [.cookie: "a=b; __Host-hub=abc.def.ghi; hub=x"]
        #expect(Credential(of: request("/", fields: cookie)) == .cookie("abc.def.ghi"))
        var both = cookie
        both[.authorization] = "bearer xyz"
        #expect(Credential(of: request("/", fields: both)) == .bearer("xyz"))
        both[.authorization] = "Basic eA=="
        #expect(Credential(of: request("/", fields: both)) == nil)
        #expect(Credential(of: request("/", fields: [.cookie: "__Host-hub="])) == nil)
        #expect(Credential(of: request("/", fields: [.cookie: "hub=x"])) == nil)
        #expect(Credential(of: request("/")) == nil)
    }

    @Test("Only the host's own pages pass the origin check, and with https only those fetched by it")
    func origins() {
        func passes(_ origin: String?, isSecure: Bool = false, method: HTTPRequest.Method = .post) -> Bool {
            var fields: HTTPFields = [:]
            fields[.origin] = origin
            do {
                try OriginCheck(isSecure: isSecure).check(request("/", method, fields: fields))
                return true
            } catch {
                return false
            }
        }
        #expect(passes("http://acme.hub.test:8080"))
        #expect(passes("HTTPS://ACME.hub.test:8080", isSecure: true))
        #expect(!passes("http://acme.hub.test:8080", isSecure: true))
        for origin in [
            nil, "null", "http://acme.hub.test", "http://x.acme.hub.test:8080", "http://acme.hub.test:8080.evil",
        ] {
            #expect(!passes(origin), "\(origin ?? "none")")
            #expect(passes(origin, method: .get))
        }
    }

    @Test("A form's empty fields count as absent, and it is checked by the rules of JSON")
    func forms() throws {
        let form = try Form(encoded: "email=Ada%40Example.com&password=a+b%26c&note=")
        #expect(form["email"] == "Ada@Example.com" && form["note"] == "" && form.fields["note"] == nil)
        let login = try form.decode(LoginRequest.self)
        #expect(login == LoginRequest(email: "ada@example.com", password: "a b&c"))
        let empty = try Form(encoded: "email=&password=")
        #expect(throws: InvalidRequest.self) { try empty.decode(LoginRequest.self) }
    }
}
