import AppFixtures
import HubModel
import HubWire

/// An administrator who renames the tenant and its members, makes members administrators and back, and opens and ends
/// sessions of theirs.
struct Registrar: Client {
    private enum Move: CaseIterable {
        case renameMember, changeRole, renameTenant, openSession, endSession, probeSession
    }

    private struct Subject {
        let member: TrialTenant.Member
        var version = 1
        var role = UserRole.user
        /// Whether a change of it failed, so that nobody knows what it is.
        var isLost = false

        var name: String { TrialTenant.memberName(member.item.number, version: version) }
    }

    private var visitor: Visitor
    private var subjects: [Subject]
    private var nameVersion: Int? = 1
    private var nextSession = 1

    init(_ visitor: Visitor) {
        self.visitor = visitor
        subjects = visitor.tenant.members.map { Subject(member: $0) }
    }

    mutating func step() async throws {
        let index = subjects.indices.randomElement(using: &visitor.random)!
        switch Move.allCases.randomElement(using: &visitor.random)! {
        case .renameMember where !subjects[index].isLost:
            subjects[index].version += 1
            try await update(index, ["fullName": subjects[index].name])
        case .changeRole where !subjects[index].isLost:
            subjects[index].role = subjects[index].role == .user ? .tenantAdmin : .user
            try await update(index, ["role": subjects[index].role.rawValue])
        case .renameTenant where nameVersion != nil: try await renameTenant()
        case .openSession where visitor.tenant.openSessionCount < 3: try await openSession(of: subjects[index].member)
        case .endSession: try await endSession()
        case .probeSession, .renameMember, .changeRole, .renameTenant, .openSession: try await probeSession()
        }
    }

    // MARK: - Private

    private mutating func update(_ index: Int, _ change: [String: String]) async throws {
        let subject = subjects[index]
        let exchange = await visitor.write(
            subject.member.item,
            .user(name: subject.name, role: subject.role),
            "PUT",
            "/api/users/\(subject.member.id)",
            try change.body,
            token: visitor.tenant.administratorToken
        )
        if exchange == nil { subjects[index].isLost = true }
    }

    private mutating func renameTenant() async throws {
        guard let version = nameVersion else { return }
        let name = TrialTenant.name(version: version + 1)
        let exchange = await visitor.write(
            visitor.tenant.nameItem,
            .name(name),
            "PUT",
            "/api/tenants/\(visitor.tenant.id)",
            try ["name": name].body,
            token: visitor.tenant.administratorToken
        )
        nameVersion = exchange == nil ? nil : version + 1
    }

    private mutating func openSession(of member: TrialTenant.Member) async throws {
        let item = ItemID(.session, tenant: visitor.tenant.number, nextSession)
        nextSession += 1
        let body = try LoginRequest(email: member.email, password: TrialTenant.password).body
        let exchange = await visitor.write(item, .session, "POST", "/api/auth/login", body, token: nil)
        guard let exchange else { return }
        let token = try exchange.answer.decode(LoginAnswer.self).token
        visitor.tenant.open(TrialTenant.Session(item: item, token: token))
    }

    private mutating func endSession() async throws {
        guard let session = visitor.tenant.takeSession() else { return try await probeSession() }
        let path = "/api/auth/logout"
        guard await visitor.write(session.item, .absent, "POST", path, token: session.token) != nil else { return }
        try await visitor.readMe(token: session.token, session: session.item)
    }

    private mutating func probeSession() async throws {
        guard let session = visitor.tenant.sessions.randomElement(using: &visitor.random) else {
            return try await visitor.readMe(token: visitor.tenant.administratorToken)
        }
        try await visitor.readMe(token: session.token, session: session.item)
    }
}
