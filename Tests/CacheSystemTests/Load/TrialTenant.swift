import AppFixtures
import Credentials
import HubModel
import HubTesting
import HubWire
import Observability
import Synchronization
import Testing

/// A tenant under load: an administrator, who stays what they are, and members, who are renamed and change their role.
final class TrialTenant: Sendable {
    struct Member: Sendable {
        let item: ItemID
        let id: UserID
        let email: String
        let token: String
    }

    /// A session besides those of the clients, open or ended.
    struct Session: Sendable {
        let item: ItemID
        let token: String
    }

    let number: Int
    let id: TenantID
    let administratorToken: String
    let members: [Member]

    private let openSessions = Mutex<[Session]>([])
    private let endedSessions = Mutex<[Session]>([])

    private init(number: Int, id: TenantID, administratorToken: String, members: [Member]) {
        self.number = number
        self.id = id
        self.administratorToken = administratorToken
        self.members = members
    }

    // MARK: Items

    /// The tenant's name.
    var nameItem: ItemID { ItemID(.name, tenant: number) }

    static func name(version: Int) -> String { "Tenant version \(version)" }

    static func memberName(_ number: Int, version: Int) -> String { "Member \(number) version \(version)" }

    /// The name of a project tells its number and how often it was renamed.
    static func projectName(_ number: Int, version: Int) -> String {
        "Project \(number) № \(version) \(version.isMultiple(of: 2) ? "even" : "odd")"
    }

    func project(named name: String) -> ItemID? {
        let words = name.split(separator: " ")
        guard words.count == 5, words[0] == "Project", let project = Int(words[1]) else { return nil }
        return ItemID(.project, tenant: number, project)
    }

    // MARK: Sessions

    var sessions: [Session] { openSessions.withLock { $0 } + endedSessions.withLock { $0 } }
    var openSessionCount: Int { openSessions.withLock { $0.count } }

    func open(_ session: Session) { openSessions.withLock { $0.append(session) } }

    /// A session to end; it stays among ``sessions``, as one of the last.
    func takeSession() -> Session? {
        let session = openSessions.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        guard let session else { return nil }
        endedSessions.withLock { $0 = ($0 + [session]).suffix(3) }
        return session
    }
}

extension TrialTenant {
    static let password = SampleTenant.password

    /// Makes a tenant by way of a backend, with its people signed in.
    static func create(
        _ number: Int,
        members count: Int,
        by backend: BackendProcess,
        _ databases: HubDatabases,
        _ chronicle: Chronicle
    ) async throws -> TrialTenant {
        let id = TenantID.make(at: .now())
        let email = "admin@trial\(number).com"
        let hash = try await PasswordHasher(cost: 4).hash(password)
        let creation = InternalTenantCreation(
            tenantId: id,
            subdomain: try #require(Subdomain("trial\(number)")),
            name: name(version: 1),
            maxUsers: 100,
            maxProjects: 1000,
            epoch: .first,
            admin: InternalAdmin(
                id: .make(at: .now()),
                email: try #require(EmailAddress(email)),
                fullName: "Ada Admin",
                passwordHash: hash
            ),
            clientAddress: "203.0.113.9"
        )
        let answer = try await RunningBackend.control(port: backend.port, id).post(InternalPath.tenants, creation)
        try #require(answer.status == 201, "\(answer.text)")
        let stranger = RunningBackend.router(port: backend.port, id)
        let token = try await signIn(email, stranger).token
        note(ItemID(.name, tenant: number), .name(name(version: 1)), chronicle)
        var members: [Member] = []
        for index in 1...count {
            let request = CreateUserRequest(
                email: try #require(EmailAddress("member\(index)@trial\(number).com")),
                password: password,
                fullName: memberName(index, version: 1),
                role: .user
            )
            let made = try await stranger.bearing(token).post("/api/users", request)
            try #require(made.status == 201, "\(made.text)")
            // A password that is checked quickly, for people who sign in often.
            try await ChildProcess.aside {
                _ = try databases.inShard("UPDATE users SET passwordHash = '\(hash)' WHERE email = '\(request.email)'")
            }
            let item = ItemID(.user, tenant: number, index)
            note(item, .user(name: memberName(index, version: 1), role: .user), chronicle)
            let login = try await signIn(request.email.rawValue, stranger)
            members.append(Member(item: item, id: login.user.id, email: request.email.rawValue, token: login.token))
        }
        return TrialTenant(number: number, id: id, administratorToken: token, members: members)
    }

    // MARK: - Private

    private static func note(_ item: ItemID, _ state: ItemState, _ chronicle: Chronicle) {
        chronicle.acknowledge(item, chronicle.begin(item, state), at: .now)
    }

    private static func signIn(_ email: String, _ client: WebClient) async throws -> LoginAnswer {
        let answer = try await client.post("/api/auth/login", LoginRequest(email: email, password: password))
        try #require(answer.status == 200, "\(answer.text)")
        return try answer.decode(LoginAnswer.self)
    }
}
