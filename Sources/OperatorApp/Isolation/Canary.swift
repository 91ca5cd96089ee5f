import FoundationEssentials
import HubModel
import HubWire
import NIOHTTP1
import Topology

/// A canary tenant that has been entered: its people's tokens, what it has, and by what its things can be told.
struct Canary: Sendable {
    let host: CanaryHost
    /// A text that is in everything the canary has, and nowhere else.
    let nonce: String
    /// The tokens of an administrator and of an ordinary person.
    let tokens: [String]
    /// The ordinary person's, who exists for this check only.
    let credentials: LoginRequest
    /// The ids of one object of each kind, by the names that paths give them.
    let objects: [String: String]

    var administrator: String { tokens[0] }

    /// What must never be seen on another tenant's host.
    var marks: [String] { objects.values + [nonce, host.subdomain.rawValue] }

    /// Makes the canary's things, or finds those of an earlier check and renames them.
    ///
    /// - Parameter administrator: an administrator's token.
    init(_ host: CanaryHost, administrator: String) async throws {
        self.host = host
        let nonce = Canary.random()
        self.nonce = nonce
        let me = try await host.ask(.GET, "/api/auth/me", token: administrator, as: MeAnswer.self)
        guard let tenant = me.tenant else { throw OperatorError(.failed, "\(host.subdomain) is no tenant") }
        try await Canary.removePeople(of: host, but: me.user.id, token: administrator)

        // The address is no mark: a failed attempt with it is told in the trail of the tenant where it was made.
        let credentials = LoginRequest(email: "\(Canary.random())@isolation.invalid", password: Canary.random())
        self.credentials = credentials
        let person: UserView = try await host.ask(
            .POST,
            "/api/users",
            token: administrator,
            body: .object([
                "email": .string(credentials.email), "password": .string(credentials.password),
                "fullName": .string(nonce), "role": .string(UserRole.user.rawValue),
            ])
        )
        let session: LoginAnswer = try await host.ask(
            .POST,
            "/api/auth/login",
            body: .object(["email": .string(credentials.email), "password": .string(credentials.password)])
        )
        tokens = [administrator, session.token]

        let named = JSONValue.object(["name": .string(nonce), "description": .string(nonce)])
        let projects: Page<ProjectView> = try await host.ask(.GET, "/api/projects", token: administrator)
        let project: ProjectView =
            if let old = projects.items.last {
                try await host.ask(.PUT, "/api/projects/\(old.id)", token: administrator, body: named)
            } else {
                try await host.ask(.POST, "/api/projects", token: administrator, body: named)
            }
        let path = "/api/projects/\(project.id)/tasks"
        let titled = JSONValue.object([
            "title": .string(nonce), "description": .string(nonce), "assignedTo": .string("\(person.id)"),
        ])
        let tasks: Page<TaskView> = try await host.ask(.GET, path, token: administrator)
        let task: TaskView =
            if let old = tasks.items.last {
                try await host.ask(.PUT, "/api/tasks/\(old.id)", token: administrator, body: titled)
            } else {
                try await host.ask(.POST, path, token: administrator, body: titled)
            }
        let sessions: Page<SessionView> = try await host.ask(.GET, "/api/auth/sessions", token: session.token)
        guard let current = sessions.items.first(where: \.isCurrent) else {
            throw OperatorError(.failed, "\(host.subdomain) does not show a session to the person whose it is")
        }
        objects = [
            "tenant": "\(tenant.id)", "user": "\(person.id)", "project": "\(project.id)", "task": "\(task.id)",
            "session": "\(current.id)",
        ]
    }

    /// Changes the project, so that an event tells of it.
    func stir() async throws {
        let _: ProjectView = try await host.ask(
            .PUT,
            "/api/projects/\(objects["project"] ?? "")",
            token: administrator,
            body: .object(["description": .string("\(nonce) \(Canary.random())")])
        )
    }

    /// How many parts ``state()`` has.
    static let statePaths = 7

    /// What the canary has, word for word as its host tells it.
    func state() async throws -> [String] {
        let paths = [
            "/api/projects/\(objects["project"] ?? "")", "/api/tasks/\(objects["task"] ?? "")",
            "/api/users/\(objects["user"] ?? "")", "/api/tenants/\(objects["tenant"] ?? "")", "/api/projects",
            "/api/tasks", "/api/users",
        ]
        var state: [String] = []
        for path in paths {
            let answer = try await host.send(.GET, path, token: administrator)
            state.append("GET \(path): \(answer.status) \(String(decoding: answer.body, as: UTF8.self))")
        }
        return state
    }

    /// Ends what exists for this check only.
    func leave() async throws {
        _ = try await host.send(.DELETE, "/api/users/\(objects["user"] ?? "")", token: administrator)
        _ = try await host.send(.POST, "/api/auth/logout", token: administrator)
    }

    /// 128 random bits.
    static func random() -> String {
        (0..<4).map { _ in String(UInt32.random(in: .min ... .max), radix: 36) }.joined()
    }

    // MARK: - Private

    /// Removes the people that a check which was interrupted has left.
    private static func removePeople(of host: CanaryHost, but kept: UserID, token: String) async throws {
        let people: Page<UserView> = try await host.ask(.GET, "/api/users?role=user&limit=100", token: token)
        for person in people.items where person.id != kept && person.email.hasSuffix("@isolation.invalid") {
            _ = try await host.send(.DELETE, "/api/users/\(person.id)", token: token)
        }
    }
}
