import HubModel
import HubWire
import Testing

@Suite("Answers written as JSON")
struct AnswerEncodingTests {
    private let moment = Timestamp("2025-12-22T14:30:00Z")!
    private let id = "019b45f0-7d1a-7c33-8a11-3f0f5d2b9c01"

    private func json(_ value: some Encodable) throws -> String {
        try String(decoding: WireJSON.encode(value), as: UTF8.self)
    }

    private var project: ProjectView {
        ProjectView(
            id: ProjectID(id)!,
            name: "Q4 / launch",
            description: nil,
            status: .inProgress,
            createdBy: nil,
            taskCount: 3,
            completedTaskCount: 1,
            createdAt: moment,
            updatedAt: moment
        )
    }

    @Test("A member without a value is null, not absent")
    func nulls() throws {
        let expected = """
            {"completedTaskCount":1,"createdAt":"2025-12-22T14:30:00Z","createdBy":null,"description":null,"id":"\(id)",\
            "name":"Q4 / launch","status":"in-progress","taskCount":3,"updatedAt":"2025-12-22T14:30:00Z"}
            """
        #expect(try json(project) == expected)
    }

    @Test("An absent member is read as null")
    func absent() throws {
        let text = """
            {"id":"\(id)","name":"Q4 / launch","status":"in-progress","taskCount":3,"completedTaskCount":1,\
            "createdAt":"2025-12-22T14:30:00Z","updatedAt":"2025-12-22T14:30:00Z"}
            """
        #expect(try WireJSON.decode(ProjectView.self, from: text.utf8) == project)
    }

    @Test("Every answer is read back as it was written")
    func roundTrips() throws {
        let user = UserView(
            id: UserID(id)!,
            tenantId: TenantID(id),
            email: "ada@acme.com",
            fullName: "Ada",
            role: .tenantAdmin,
            createdAt: moment,
            updatedAt: moment
        )
        let tenant = TenantView(
            id: TenantID(id)!,
            name: "Acme",
            subdomain: Subdomain("acme")!,
            region: RegionID("us")!,
            maxUsers: 5,
            maxProjects: 3,
            usage: TenantUsage(users: 1, projects: 0, tasks: 0)
        )
        let task = TaskView(
            id: TaskID(id)!,
            projectId: ProjectID(id)!,
            title: "Ship",
            description: "x",
            status: .notStarted,
            priority: .low,
            assignedTo: PersonView(id: UserID(id)!, fullName: "Ada"),
            dueDate: moment,
            createdAt: moment,
            updatedAt: moment
        )
        func check<Value: Codable & Equatable>(_ value: Value) throws {
            #expect(try WireJSON.decode(Value.self, from: WireJSON.encode(value)) == value)
        }
        try check(LoginAnswer(token: "a.b.c", expiresAt: moment, user: user))
        try check(MeAnswer(user: user, tenant: tenant))
        try check(MeAnswer(user: user, tenant: nil))
        try check(RegisterTenantAnswer(tenant: tenant, user: user, url: "http://acme.hub.localhost:8080"))
        try check(Page(items: [task], total: 41, limit: 10, offset: 40))
        try check(
            InternalTenantCreation(
                tenantId: TenantID(id)!,
                subdomain: Subdomain("acme")!,
                name: "Acme",
                maxUsers: 5,
                maxProjects: 3,
                epoch: .first,
                admin: InternalAdmin(
                    id: UserID(id)!,
                    email: EmailAddress("a@b.c")!,
                    fullName: "A",
                    passwordHash: "$2b$"
                ),
                clientAddress: nil
            )
        )
    }

    @Test("An epoch is a number")
    func epoch() throws {
        let view = DirectoryTenantView(
            id: TenantID(id)!,
            name: "Acme",
            subdomain: Subdomain("acme")!,
            shard: ShardID("us-1")!,
            region: RegionID("us")!,
            state: .active,
            epoch: .first,
            url: "http://acme.hub.localhost:8080",
            createdAt: moment
        )
        #expect(try json(view).contains("\"epoch\":1,"))
    }
}
