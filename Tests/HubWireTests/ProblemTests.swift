import HubWire
import Testing

@Suite("Problem documents")
struct ProblemTests {
    private func json(_ problem: Problem) throws -> String {
        try String(decoding: WireJSON.encode(problem), as: UTF8.self)
    }

    @Test("A plain problem has the title of its status and no empty members")
    func plain() throws {
        #expect(
            try json(.notFound("There is no such project."))
                == #"{"detail":"There is no such project.","status":404,"title":"Not Found","type":"about:blank"}"#
        )
    }

    @Test("An invalid request carries every wrong member")
    func invalid() throws {
        let request = InvalidRequest(errors: [
            FieldError(field: "name", message: "is required"), FieldError(field: "status", message: "must be text"),
        ])
        let expected = """
            {"detail":"name is required; status must be text","errors":[{"field":"name","message":"is required"},\
            {"field":"status","message":"must be text"}],"status":400,"title":"Invalid request",\
            "type":"urn:hub:problem:invalid-request"}
            """
        #expect(try json(.invalid(request)) == expected)
    }

    @Test("A reached limit tells the limit and how much is used")
    func limit() throws {
        let expected = """
            {"detail":"All 3 projects of this plan are in use.","limit":3,"status":403,"title":"Limit reached",\
            "type":"urn:hub:problem:limit-reached","used":3}
            """
        #expect(try json(.limitReached("projects", limit: 3, used: 3)) == expected)
    }

    @Test(
        "Every problem of the contract has the title of its status",
        arguments: [
            (Problem(status: 401, detail: "x"), 401, "Unauthorized"), (.forbidden("x"), 403, "Forbidden"),
            (.conflict("x"), 409, "Conflict"), (.payloadTooLarge(limit: 1), 413, "Content Too Large"),
            (.unsupportedMediaType(expected: "x"), 415, "Unsupported Media Type"),
            (.misdirected, 421, "Misdirected Request"),
            (.tooManyRequests("x"), 429, "Too Many Requests"),
            (.internalError(requestID: "x"), 500, "Internal Server Error"),
            (.unavailable("x"), 503, "Service Unavailable"),
        ]
    )
    func titles(problem: Problem, status: Int, title: String) {
        #expect(problem.status == status)
        #expect(problem.title == title)
        #expect(problem.detail != nil)
    }

    @Test("A problem is read back as it was written")
    func roundTrip() throws {
        let problem = Problem.limitReached("users", limit: 5, used: 5)
        #expect(try WireJSON.decode(Problem.self, from: WireJSON.encode(problem)) == problem)
    }
}
