import HubModel
import HubWire
import Testing
import WebPages

@Suite("Pages")
struct PageTests {
    private static let hostile = "<script>alert('x')</script>\"&"
    private static let moment = Timestamp(microseconds: 1_700_000_000_000_000)

    @Test("No page has an inline script or style or anything from elsewhere, and all text is escaped")
    func strictness() throws {
        for (name, page) in try PageTests.pages() {
            #expect(page.hasPrefix("<!doctype html>"), "\(name)")
            for forbidden in ["<script>", "<style", "style=\"", "onclick", "javascript:", "https://", "{{", "}}"] {
                #expect(!page.contains(forbidden), "\(name): \(forbidden)")
            }
            #expect(page.contains("href=\"\(Assets.built.path)/workspace.css\""), "\(name)")
            #expect(page.contains("&lt;script&gt;"), "\(name)")
        }
    }

    @Test("Every control has a label, and no id stands twice on a page")
    func structure() throws {
        for (name, page) in try PageTests.pages() {
            let ids = page.matches(of: #/ id="([^"]+)"/#).map { String($0.1) }
            #expect(ids.count == Set(ids).count, "\(name): \(ids)")
            let labelled = Set(page.matches(of: #/ for="([^"]+)"/#).map { String($0.1) })
            for control in page.matches(of: #/<(?:input|select|textarea) ([^>]*)>/#) {
                let attributes = String(control.1)
                guard !attributes.contains("type=\"hidden\""), !attributes.contains("aria-label=") else { continue }
                let id = try #require(attributes.firstMatch(of: #/id="([^"]+)"/#)?.1, "\(name): \(attributes)")
                #expect(labelled.contains(String(id)), "\(name): \(attributes)")
            }
        }
    }

    @Test("Every module that a module imports is served beside it")
    func imports() {
        let names = Set(Assets.built.files.map(\.name))
        for file in Assets.built.files where file.name.hasSuffix(".js") {
            let text = String(decoding: file.bytes, as: UTF8.self)
            for match in text.matches(of: #/(?:from|import) "\.\/([a-z.]+)"/#) {
                #expect(names.contains(String(match.1)), "\(file.name): \(match.0)")
            }
        }
    }

    @Test("An entry of the audit log tells what changed, field by field, and who was behind it")
    func audit() throws {
        let changes = try WireJSON.decode(
            JSONValue.self,
            from: Array(
                #"{"before":{"title":"Old","priority":"low"},"after":{"title":"New","priority":"low"},"impersonatedBy":{"email":"op@hub"}}"#
                    .utf8
            )
        )
        let page = try PageTests.audit(changes)
        #expect(page.contains("<del>Old</del>") && page.contains("<ins>New</ins>") && page.contains("Done by op@hub"))
        #expect(!page.contains("<th scope=\"row\">priority</th>"), "what stayed is not a change")
    }

    // MARK: - Private

    private static func pages() throws -> [(String, String)] {
        let region = RegionView(id: try #require(RegionID("us")), name: "United <script>")
        let form = FormState(
            values: ["email": hostile, "name": hostile, "title": hostile],
            problem: .notFound(hostile)
        )
        let account = Shell.Account(
            id: "1",
            name: hostile,
            email: hostile,
            isAdministrator: true,
            impersonatedBy: hostile
        )
        let links = [Shell.Link(href: "/", label: "Home", icon: "home", isCurrent: true)]
        let shell = Shell(
            title: hostile,
            brand: hostile,
            links: links,
            account: account,
            entry: "workspace.js",
            isLive: true
        )
        let person = PersonView(id: UserID.make(at: moment), fullName: hostile)
        let project = ProjectRow(
            ProjectView(
                id: ProjectID.make(at: moment),
                name: hostile,
                description: hostile,
                status: .inProgress,
                createdBy: person,
                taskCount: 2,
                completedTaskCount: 1,
                createdAt: moment,
                updatedAt: moment
            ),
            tag: "\"x\"",
            mayChange: true
        )
        let task = TaskRow(
            TaskView(
                id: TaskID.make(at: moment),
                projectId: ProjectID.make(at: moment),
                title: hostile,
                description: hostile,
                status: .inProgress,
                priority: .high,
                assignedTo: person,
                dueDate: moment,
                createdAt: moment,
                updatedAt: moment
            ),
            tag: "\"x\"",
            project: hostile
        )
        let tenant = TenantView(
            id: TenantID.make(at: moment),
            name: hostile,
            subdomain: try #require(Subdomain("acme")),
            region: region.id,
            maxUsers: 3,
            maxProjects: 3,
            usage: TenantUsage(users: 1, projects: 3, tasks: 5)
        )
        let user = UserView(
            id: UserID.make(at: moment),
            tenantId: tenant.id,
            email: hostile,
            fullName: hostile,
            role: .user,
            createdAt: moment,
            updatedAt: moment
        )
        let session = SessionView(
            id: SessionID.make(at: moment),
            createdAt: moment,
            lastUsedAt: moment,
            expiresAt: moment,
            clientAddress: hostile,
            isCurrent: false,
            impersonatedBy: nil
        )
        let pager = Pager(path: "/x", query: "a=b", limit: 1, offset: 1, count: 1, total: 3)
        let filter = ProjectPage.Filter(search: hostile, status: nil, priority: .low, assignee: "me")
        func projectPage(isBoard: Bool) -> String {
            ProjectPage(
                shell: shell,
                project: project,
                tasks: isBoard
                    ? .board([.init(.inProgress, tasks: [task], total: 3)], more: 2) : .list([task], pager),
                filter: filter,
                people: [("1", hostile)],
                otherQuery: "",
                form: form
            ).markup
        }
        return [
            ("apex", ApexPage(regions: [region], baseDomain: "hub.test", form: form).markup),
            ("sign-in", SignInPage(workspace: hostile, region: hostile, next: hostile, form: form).markup),
            ("impersonation", ImpersonationPage(workspace: hostile, ticket: hostile, form: form).markup),
            ("problem", ProblemPage(problem: .notFound(hostile), requestID: hostile).markup),
            (
                "dashboard",
                DashboardPage(
                    shell: shell,
                    tasks: [task],
                    openCount: 1,
                    projects: [project],
                    tenant: tenant,
                    region: hostile,
                    now: moment
                ).markup
            ),
            (
                "projects",
                ProjectsPage(
                    shell: shell,
                    projects: [project],
                    pager: pager,
                    search: hostile,
                    status: .completed,
                    tenant: tenant,
                    form: form
                ).markup
            ),
            ("list", projectPage(isBoard: false)), ("board", projectPage(isBoard: true)),
            ("task", TaskPage(shell: shell, task: task, people: [("1", hostile)], mayDelete: true, form: form).markup),
            (
                "people",
                PeoplePage(
                    shell: shell,
                    users: [(user, "\"x\"")],
                    search: hostile,
                    role: .user,
                    pager: pager,
                    tenant: tenant,
                    form: form
                ).markup
            ),
            ("audit", try audit(.object(["after": .object(["name": .string(hostile)])]))),
            (
                "settings",
                SettingsPage(
                    shell: shell,
                    tenant: tenant,
                    tag: "\"x\"",
                    user: user,
                    region: hostile,
                    sessions: ([session], 2),
                    form: form
                ).markup
            ),
        ]
    }

    private static func audit(_ changes: JSONValue) throws -> String {
        let entry = AuditLogView(
            id: AuditLogID.make(at: moment),
            timestamp: moment,
            user: nil,
            action: "UPDATE_TASK",
            entityType: "task",
            entityId: nil,
            changes: changes,
            ipAddress: nil
        )
        return AuditPage(
            shell: Shell(title: hostile),
            entries: [entry],
            action: .updateTask,
            entity: "task",
            user: nil,
            from: "2026-01-01",
            to: nil,
            people: [],
            query: "",
            pager: Pager(path: "/audit", limit: 50, offset: 0, count: 1, total: 1)
        ).markup
    }
}
