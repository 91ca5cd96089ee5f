import AppFixtures
import HTTPTypes
import HubWeb
import HubWire
import OpenAPI
import Testing

/// The judge of documents, who has to notice what is planted here.
@Suite("The judge of a document")
struct PublishedAPITests {
    static let routes = [
        RouteName(.get, "/api/projects"), RouteName(.head, "/api/projects"), RouteName(.put, "/api/projects/:project"),
        RouteName(.get, "/api/openapi.json"), RouteName(.get, "/"), RouteName(.post, "/internal/tenants"),
    ]

    @Test("A true document has no faults")
    func clean() throws {
        let api = try PublishedAPI(json: DocumentTests.document.json())
        #expect(api.faults == [])
        #expect(api.differences(from: PublishedAPITests.routes) == [])
    }

    @Test("A route more and a route less are noticed")
    func differences() throws {
        let api = try PublishedAPI(json: DocumentTests.document.json())
        let routes = PublishedAPITests.routes.dropFirst(2) + [RouteName(.delete, "/api/projects/:project")]
        #expect(
            api.differences(from: Array(routes)) == [
                "DELETE /api/projects/{project} is served and not described",
                "GET /api/projects is described and not served",
            ]
        )
    }

    @Test(
        "Whatever breaks a document is noticed",
        arguments: [
            (##""#/components/schemas/Project""##, ##""#/components/schemas/Nothing""##),
            (#""operationId":"listProjects""#, #""operationId":"updateProject""#),
            (#""in":"path","name":"project""#, #""in":"path","name":"other""#),
            (#""in":"path","name":"project""#, #""in":"query","name":"project""#),
            (#""204":{"#, #""200":{"#), (#""503":{"#, #""default":{"#), (#""3.1.0""#, #""3.0.0""#),
            (#""X-Request-Id":{"#, #""X-Other":{"#),
        ]
    )
    func planted(_ original: String, _ broken: String) throws {
        var operations = DocumentTests.document.operations
        operations.removeAll { $0.path == APIDocument.path }
        operations.append(
            Operation(.delete, "/api/x", "deleteX", "Deletes.", for: .signedIn, answer: .noContent("It is gone."))
        )
        let document = APIDocument(title: "T", host: .workspace, sessionCookie: "c", operations: operations)
        let text = String(decoding: try document.json(), as: UTF8.self)
        #expect(try PublishedAPI(json: Array(text.utf8)).faults == [])
        #expect(text.contains(original))
        #expect(try PublishedAPI(json: Array(text.replacing(original, with: broken).utf8)).faults != [])
    }
}
