import AppFixtures
import HubModel
import HubWire
import OpenAPI
import Testing

@Suite("Schemas derived from the wire's types")
struct SchemaCatalogTests {
    @Test("An answer's schema has every member, and knows which may be null or absent")
    func answer() {
        var catalog = SchemaCatalog()
        #expect(catalog.answer(ProjectView.self) == .component("Project"))
        #expect(
            catalog.components["Person"]
                == .object(["fullName": .text, "id": Schema(UserID.shape)], required: ["fullName", "id"])
        )
        let project: [String: Schema] = [
            "id": Schema(ProjectID.shape), "name": .text, "description": .text.orNull,
            "status": .choice(WorkStatus.allCases.map(\.rawValue)), "createdBy": .component("Person").orNull,
            "taskCount": .whole, "completedTaskCount": .whole, "createdAt": Schema(Timestamp.shape),
            "updatedAt": Schema(Timestamp.shape),
        ]
        #expect(catalog.components["Project"] == .object(project, required: project.keys.sorted()))
        #expect(catalog.answer(Problem.self) == .component("Problem"))
        let problem = catalog.components["Problem"]
        #expect(problem?["required"] == .array(["status", "title", "type"].map(JSONValue.string)))
        #expect(problem?["properties"]?["errors"] == Schema.list(of: .component("FieldError")).json)
    }

    @Test("A page is a component of its own, and a map has any names")
    func generics() {
        var catalog = SchemaCatalog()
        #expect(catalog.answer(Page<TaskView>.self) == .component("TaskPage"))
        #expect(catalog.components["TaskPage"]?["properties"]?["items"] == Schema.list(of: .component("Task")).json)
        #expect(catalog.answer([String: Int].self) == .map(of: .whole))
    }

    @Test("A request's schema has the rules by which the request is read")
    func request() {
        var catalog = SchemaCatalog()
        #expect(catalog.request(CreateTaskRequest.self) == .component("CreateTaskRequest"))
        let schema = catalog.components["CreateTaskRequest"]
        #expect(schema?["required"] == .array([.string("title")]))
        #expect(schema?["properties"]?["title"]?["maxLength"] == .integer(200))
        #expect(schema?["properties"]?["assignedTo"] == Schema(UserID.shape).orNull.json)
        #expect(
            schema?["properties"]?["priority"] == Schema.choice(TaskPriority.allCases.map(\.rawValue)).orNull.json
        )
        _ = catalog.request(WarmCacheRequest.self)
        #expect(catalog.components["WarmCacheRequest"]?["properties"]?["all"] == Schema.boolean.orNull.json)
        _ = catalog.request(UpdateProjectRequest.self)
        let update = catalog.components["UpdateProjectRequest"]
        #expect(update?["required"] == .array([]))
        #expect(update?["properties"]?["description"]?["type"] == .array([.string("string"), .string("null")]))
        #expect(update?["properties"]?["name"]?["type"] == .string("string"))
    }

    @Test("Every text form reads its own example")
    func examples() throws {
        try check(UserID.self)
        try check(Timestamp.self)
        try check(EmailAddress.self)
        try check(Subdomain.self)
        try check(RegionID.self)
    }

    private func check<Value: WireText>(_ type: Value.Type) throws {
        let value = try #require(Value(Value.example))
        #expect(value.description == Value.example)
        guard case .text(let lengths, let pattern, _) = Value.shape.kind else { return }
        #expect(lengths?.contains(Value.example.count) != false)
        if let pattern { #expect(try Regex(pattern).wholeMatch(in: Value.example) != nil) }
    }
}

extension Schema {
    subscript(_ member: String) -> JSONValue? { json[member] }
}
