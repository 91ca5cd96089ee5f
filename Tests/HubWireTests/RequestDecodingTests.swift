import HubModel
import HubWire
import Testing

@Suite("Requests read from JSON")
struct RequestDecodingTests {
    private func decode<Request: Decodable>(_ type: Request.Type, _ json: String) throws(InvalidRequest) -> Request {
        try WireJSON.decode(type, from: json.utf8)
    }

    private func errors<Request: Decodable>(_ type: Request.Type, _ json: String) -> [String] {
        do throws(InvalidRequest) {
            _ = try decode(type, json)
            return []
        } catch {
            return error.errors.map { "\($0.field) \($0.message)" }
        }
    }

    @Test("A request with every member is read")
    func complete() throws {
        let request = try decode(
            CreateTaskRequest.self,
            """
            {"title": "Ship", "description": "Now\\nor later", "priority": "high", "status": "in-progress",
             "assignedTo": "019b45f0-7d1a-7c33-8a11-3f0f5d2b9c01", "dueDate": "2025-12-24T12:00:00+01:00"}
            """
        )
        let expected = CreateTaskRequest(
            title: "Ship",
            description: "Now\nor later",
            priority: .high,
            assignedTo: UserID("019b45f0-7d1a-7c33-8a11-3f0f5d2b9c01"),
            dueDate: Timestamp("2025-12-24T11:00:00Z"),
            status: .inProgress
        )
        #expect(request == expected)
    }

    @Test("Optional members have their defaults, whether absent or null")
    func defaults() throws {
        let expected = CreateTaskRequest(title: "Ship", priority: .medium, status: .notStarted)
        #expect(try decode(CreateTaskRequest.self, #"{"title": "Ship"}"#) == expected)
        let nulls = #"{"title": "Ship", "description": null, "priority": null, "assignedTo": null, "dueDate": null}"#
        #expect(try decode(CreateTaskRequest.self, nulls) == expected)
        #expect(
            try decode(CreateUserRequest.self, #"{"email": "a@b.c", "password": "12345678", "fullName": "A"}"#).role
                == .user
        )
    }

    @Test("Every mistake of a request is named, not only the first")
    func allMistakes() {
        let json = """
            {"title": "", "description": 7, "priority": "urgent", "status": true, "assignedTo": "me", "dueDate": "tomorrow",
             "colour": "red"}
            """
        #expect(
            errors(CreateTaskRequest.self, json) == [
                "title must be 1–200 characters long",
                "description must be text",
                "priority must be 'low', 'medium' or 'high'",
                "assignedTo must be the id of a user, a UUID",
                "dueDate must be an RFC 3339 time such as 2025-12-22T14:30:00Z",
                "status must be text",
                "colour is unknown; expected title, description, priority, assignedTo, dueDate or status",
            ]
        )
    }

    @Test("A sign-up says everything that is wrong with it")
    func registration() {
        #expect(
            errors(RegisterTenantRequest.self, #"{"subdomain": "WWW", "adminEmail": "x", "adminPassword": "short"}"#)
                == [
                    "tenantName is required",
                    "subdomain must be 3–50 lower-case letters, digits and inner hyphens",
                    "region is required",
                    "adminEmail must be an email address such as ada@example.com",
                    "adminPassword must be at least 8 characters long",
                    "adminFullName is required",
                ]
        )
    }

    @Test("A good sign-up is read, with the email address folded")
    func goodRegistration() throws {
        let json = """
            {"tenantName": "Acme", "subdomain": "acme", "region": "us", "adminEmail": "Ada@Acme.com",
             "adminPassword": "correct horse", "adminFullName": "Ada Lovelace"}
            """
        let expected = RegisterTenantRequest(
            tenantName: "Acme",
            subdomain: Subdomain("acme")!,
            region: RegionID("us")!,
            adminEmail: EmailAddress("ada@acme.com")!,
            adminPassword: "correct horse",
            adminFullName: "Ada Lovelace"
        )
        let request = try decode(RegisterTenantRequest.self, json)
        #expect(request == expected)
        #expect(try WireJSON.decode(RegisterTenantRequest.self, from: WireJSON.encode(expected)) == expected)
    }

    @Test("Warming is about exactly one of a tenant, a shard and all, and is read back as it was written")
    func warming() throws {
        let shard = ShardID("us-1")!
        let after = TenantID("019b45f0-7d1a-7c33-8a11-3f0f5d2b9c01")!
        for request in [
            WarmCacheRequest(.tenant("acme")), WarmCacheRequest(.all, dryRun: true),
            WarmCacheRequest(.shard(shard), concurrency: 32, after: after, limit: 1000),
        ] {
            #expect(try WireJSON.decode(WarmCacheRequest.self, from: WireJSON.encode(request)) == request)
        }
        #expect(
            try decode(WarmCacheRequest.self, #"{"all": true, "tenant": null}"#)
                == WarmCacheRequest(.all, concurrency: 4, limit: 200)
        )
        let one = "tenant or 'shard' or 'all' must be given, and only one of them"
        #expect(errors(WarmCacheRequest.self, "{}") == [one])
        #expect(errors(WarmCacheRequest.self, #"{"all": true, "shard": "us-1"}"#) == [one])
        #expect(
            errors(WarmCacheRequest.self, #"{"all": "yes", "concurrency": 33, "limit": 0, "after": "x"}"#) == [
                "all must be true or false", "concurrency must be from 1 to 32",
                "after must be the 'next' of an earlier answer", "limit must be from 1 to 1000",
            ]
        )
    }

    @Test("Only a super admin's request may name a canary, and choose the shard")
    func canary() throws {
        func json(_ subdomain: String, _ more: String = "") -> String {
            """
            {"tenantName": "Acme", "subdomain": "\(subdomain)", "region": "us", "adminEmail": "ada@acme.com",
             "adminPassword": "correct horse", "adminFullName": "Ada Lovelace"\(more)}
            """
        }
        #expect(
            errors(RegisterTenantRequest.self, json("canary-us-1-a")) == [
                "subdomain 'canary-us-1-a' is reserved; choose another name"
            ]
        )
        let chosen = json("canary-us-1-a", #", "shard": "us-1""#)
        #expect(errors(RegisterTenantRequest.self, chosen).count == 2, "it has no shard")
        let request = try decode(CreateTenantRequest.self, chosen)
        #expect(request.shard == ShardID("us-1") && request.registration.subdomain.isCanary)
        #expect(try WireJSON.decode(CreateTenantRequest.self, from: WireJSON.encode(request)) == request)
        #expect(errors(CreateTenantRequest.self, json("www")).count == 1)
        #expect(try decode(CreateTenantRequest.self, json("acme")).shard == nil)
    }

    @Test("A reserved subdomain is refused by name")
    func reserved() {
        #expect(
            errors(UpdateTenantRequest.self, #"{"subdomain": "www"}"#) == [
                "subdomain 'www' is reserved; choose another name"
            ]
        )
    }

    @Test("Nobody inside a tenant can make a super admin")
    func superAdmin() {
        let json = #"{"email": "a@b.c", "password": "12345678", "fullName": "A", "role": "super_admin"}"#
        #expect(errors(CreateUserRequest.self, json) == ["role must be 'user' or 'tenant_admin'"])
    }

    @Test(
        "States that belong to moves and erasures cannot be asked for",
        arguments: ["held", "deleting", "", "ACTIVE"]
    )
    func states(state: String) {
        #expect(
            errors(UpdateTenantRequest.self, #"{"state": "\#(state)"}"#) == ["state must be 'active' or 'suspended'"]
        )
    }

    @Test(
        "Limits are whole numbers in their range",
        arguments: [
            ("0", "must be from 1 to 1000000"), ("1000001", "must be from 1 to 1000000"),
            ("1.5", "must be a whole number"),
            ("\"5\"", "must be a whole number"), ("true", "must be a whole number"), ("1e30", "must be a whole number"),
        ]
    )
    func limits(value: String, message: String) {
        #expect(errors(UpdateTenantRequest.self, #"{"maxUsers": \#(value)}"#) == ["maxUsers \(message)"])
    }

    @Test("The length of a name counts code points, as the database does")
    func lengths() throws {
        let family = "👨‍👩‍👧‍👦"  // one character, seven code points
        let fits = String(repeating: family, count: 28) + "abcd"
        #expect(try decode(CreateProjectRequest.self, #"{"name": "\#(fits)"}"#).name == fits)
        #expect(errors(CreateProjectRequest.self, #"{"name": "\#(fits)e"}"#) == ["name must be 1–200 characters long"])
    }

    @Test(
        "A name is one line with something on it",
        arguments: [
            (#"   "#, "must not be blank"), (#"\u00a0\u2003"#, "must not be blank"),
            (#"a\nb"#, "must not contain line breaks or other control characters"),
            (#"a\u0000"#, "must not contain line breaks or other control characters"),
        ]
    )
    func names(name: String, message: String) {
        #expect(errors(CreateProjectRequest.self, #"{"name": "\#(name)"}"#) == ["name \(message)"])
    }

    @Test("A description may have lines but no NUL, which PostgreSQL cannot store")
    func descriptions() throws {
        #expect(
            try decode(CreateProjectRequest.self, #"{"name": "a", "description": "b\nc\t"}"#).description == "b\nc\t"
        )
        let errors = errors(CreateProjectRequest.self, #"{"name": "a", "description": "b\u0000"}"#)
        #expect(errors == ["description must not contain a NUL character"])
    }

    @Test(
        "A new password has at least 8 characters, at most 72 bytes and no NUL",
        arguments: [
            ("1234567", "must be at least 8 characters long"), ("1234567\\u0000", "must not contain a NUL character"),
            (String(repeating: "é", count: 37), "must be at most 72 bytes long in UTF-8"),
        ]
    )
    func passwords(password: String, message: String) throws {
        let prefix = #"{"email": "a@b.c", "fullName": "A", "password": ""#
        #expect(errors(CreateUserRequest.self, prefix + password + #""}"#) == ["password \(message)"])
        let longest = String(repeating: "é", count: 36)
        #expect(try decode(CreateUserRequest.self, prefix + longest + #""}"#).password == longest)
    }

    @Test("A login asks for text only, and folds the email address")
    func login() throws {
        #expect(
            try decode(LoginRequest.self, #"{"email": "Not An Address", "password": "x"}"#)
                == LoginRequest(email: "not an address", password: "x")
        )
        #expect(errors(LoginRequest.self, #"{"email": null}"#) == ["email is required", "password is required"])
        let long = String(repeating: "x", count: 1025)
        #expect(
            errors(LoginRequest.self, #"{"email": "a", "password": "\#(long)"}"#) == [
                "password must be 1–1024 bytes long"
            ]
        )
        // A failed login's email goes into the audit trail, which cannot hold a NUL; no password is ever stored.
        #expect(
            errors(LoginRequest.self, #"{"email": "a\u0000", "password": "\u0000"}"#) == [
                "email must not contain a NUL character"
            ]
        )
    }

    @Test(
        "What is no JSON object is told so",
        arguments: [
            ("", "body is not valid JSON"), ("{", "body is not valid JSON"),
            ("{\"email\": }", "body is not valid JSON"),
            ("[]", "body must be an object"), ("7", "body must be an object"), ("null", "body must not be null"),
        ]
    )
    func noObject(json: String, message: String) {
        #expect(errors(LoginRequest.self, json) == [message])
    }

    @Test("A body with thousands of unknown members gets a short answer")
    func manyUnknown() {
        let members = (0..<5000).map { "\"member\($0)\": 1" }.joined(separator: ",")
        #expect(errors(LoginRequest.self, "{\"email\": \"a\", \"password\": \"b\", \(members)}").count == 10)
    }

    @Test("Plain DTOs name the member that a decoder stopped at")
    func plain() {
        let json = #"{"id": "x", "fullName": "A"}"#
        #expect(errors(PersonView.self, json).first?.hasPrefix("id is malformed") == true)
        #expect(errors(PersonView.self, #"{"fullName": "A"}"#) == ["id is required"])
        #expect(errors(TenantUsage.self, #"{"users": null, "projects": 1, "tasks": 2}"#) == ["users must not be null"])
        #expect(errors([PersonView].self, #"[{"id": 1, "fullName": "A"}]"#) == ["[0].id must be text"])
    }
}
