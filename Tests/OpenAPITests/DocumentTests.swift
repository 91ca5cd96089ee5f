import AppFixtures
import HubWire
import OpenAPI
import Testing

@Suite("A document")
struct DocumentTests {
    static var document: APIDocument {
        APIDocument(
            title: "A test",
            host: .workspace,
            sessionCookie: "cookie",
            operations: [
                Operation(
                    .get,
                    "/api/projects",
                    "listProjects",
                    "The projects.",
                    for: .signedIn,
                    answer: .page(of: ProjectView.self)
                ),
                Operation(
                    .put,
                    "/api/projects/{project}",
                    "updateProject",
                    "Changes a project.",
                    for: .signedIn,
                    body: UpdateProjectRequest.self,
                    isConditional: true,
                    answer: .object(ProjectView.self)
                ),
            ]
        )
    }

    @Test("The same operations give the same bytes")
    func deterministic() throws {
        let (first, second) = (try DocumentTests.document.json(), try DocumentTests.document.json())
        #expect(first == second)
    }

    @Test("What follows from the path, the body and who asks need not be said")
    func implied() throws {
        let json = try WireJSON.decode(JSONValue.self, from: DocumentTests.document.json())
        let update = json["paths"]?["/api/projects/{project}"]?["put"]
        guard case .object(let responses)? = update?["responses"] else {
            Issue.record("no responses")
            return
        }
        let implied = ["200", "308", "400", "401", "403", "404", "412", "413", "415", "429", "503"]
        #expect(Set(responses.keys).isSuperset(of: implied))
        #expect(Set(responses.keys).isDisjoint(with: ["304", "409", "500"]))
        #expect(responses["200"]?["headers"]?["ETag"] != nil)
        guard case .array(let parameters)? = update?["parameters"] else {
            Issue.record("no parameters")
            return
        }
        #expect(parameters.map { $0["name"] } == [.string("project"), .string("If-Match")])
    }

    @Test("It describes itself")
    func itself() throws {
        let json = try WireJSON.decode(JSONValue.self, from: DocumentTests.document.json())
        #expect(json["paths"]?[APIDocument.path]?["get"]?["security"] == .array([]))
        #expect(json["openapi"] == .string("3.1.0"))
    }
}
