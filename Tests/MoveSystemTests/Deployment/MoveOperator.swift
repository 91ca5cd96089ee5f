import AppFixtures
import FoundationEssentials
import HubModel
import HubTesting
import HubWire
import MoveLoad
import Testing

/// A super admin, who asks hub-control by way of the router.
struct MoveOperator: Sendable {
    let apex: WebClient
    let deployment: Deployment

    /// Waits for a hub-control: what came before may have killed them.
    static func signIn(_ deployment: Deployment) async throws -> MoveOperator {
        let apex = deployment.router(nil)
        let login = LoginRequest(email: "superadmin@system.com", password: "Admin@123")
        var last: WebAnswer?
        try await waitFor("a hub-control to sign the super admin in") {
            last = try? await apex.post("/api/auth/login", login)
            return last.map { ![502, 503, 504].contains($0.status) } ?? false
        }
        let answer = try #require(last)
        try #require(answer.status == 200, "\(answer.text)")
        return MoveOperator(apex: apex.bearing(try answer.decode(LoginAnswer.self).token), deployment: deployment)
    }

    /// The same, asking one hub-control past the router.
    func directly(_ control: String) -> MoveOperator {
        let port = deployment.port + (control == "control" ? 1 : 6)
        return MoveOperator(apex: WebClient(port: port, fields: apex.fields), deployment: deployment)
    }

    // MARK: Moves

    /// Starts a move.
    ///
    /// - Parameters:
    ///   - switching: whether it is to be switched as soon as it can be.
    ///   - budget: the longest pause, in milliseconds; much, so that a test can do something within one.
    func begin(
        _ tenant: TrialTenant,
        to shard: String,
        switching: Bool = false,
        budget: Int = 10_000
    ) async throws -> MoveID {
        let answer = try await ask(tenant, to: shard, switching: switching, budget: budget)
        try #require(answer.status == 200, "\(answer.status) \(answer.text)")
        return try #require(try answer.decode(CreateMoveAnswer.self).move).id
    }

    /// Asks for a move that may be refused.
    func ask(
        _ tenant: TrialTenant,
        to shard: String,
        switching: Bool = false,
        budget: Int = 10_000,
        dryRun: Bool = false
    ) async throws -> WebAnswer {
        try await apex.post(
            "/api/moves",
            CreateMoveRequest(
                tenant: tenant.id.description,
                target: try #require(ShardID(shard)),
                dryRun: dryRun,
                switch: switching,
                pauseBudgetMilliseconds: budget
            )
        )
    }

    /// Asks until hub-control answers: a part that is being killed may be in the way.
    func wish(_ wish: String, of move: MoveID) async throws {
        var last = ""
        try await waitFor("'\(wish)' to be taken; last: \(last)") {
            guard let answer = try? await apex.send("POST", "/api/moves/\(move)/\(wish)") else { return false }
            last = answer.text
            guard answer.status == 200 || [502, 503, 504].contains(answer.status) else {
                throw ChildFailure("'\(wish)' is answered \(answer.status) \(answer.text)")
            }
            return answer.status == 200
        }
    }

    /// The move; nil while nobody can say.
    func view(_ move: MoveID) async -> MoveView? {
        guard let answer = try? await apex.get("/api/moves/\(move)"), answer.status == 200 else { return nil }
        return try? answer.decode(MoveView.self)
    }

    /// Waits until a move rests in one of these states.
    ///
    /// - Throws: when it rests in another, or does not within the time.
    @discardableResult
    func wait(_ move: MoveID, for states: String..., within limit: Duration = .seconds(45)) async throws -> MoveView {
        let deadline = ContinuousClock.now + limit
        var last: MoveView?
        while ContinuousClock.now < deadline {
            if let view = await view(move) {
                last = view
                if states.contains(view.state), view.wish == nil || view.isOver { return view }
                if view.isAtRest {
                    throw ChildFailure("the move is \(view.state) instead of \(states): \(view.reason ?? "-")")
                }
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        let told = last.map { "\($0.state) \($0.step ?? "-"), \($0.wish ?? "no wish"): \($0.reason ?? "-")" }
        throw ChildFailure("waited \(limit) for \(states); the move is \(told ?? "unknown")")
    }

    /// Every move of a tenant, the newest first.
    func moves(of tenant: TrialTenant) async throws -> [MoveView] {
        try await get("/api/moves?tenant=\(tenant.id)&limit=100", Page<MoveView>.self).items
    }

    // MARK: Tenants

    func tenant(_ tenant: TrialTenant) async throws -> DirectoryTenantView {
        try await get("/api/tenants/\(tenant.id)", DirectoryTenantView.self)
    }

    /// What `hubctl tenants where` says.
    func places(of tenant: TrialTenant) async throws -> [TenantPlaceView] {
        var last: Command.Result?
        // 3: the hub-control that it asked was just killed.
        try await waitFor("a hub-control to tell hubctl where the tenant is") {
            last = try await deployment.hubctl("tenants", "where", tenant.id.description, "--format", "json")
            return last?.status != 3
        }
        let told = try #require(last)
        try #require(told.status == 0, "\(told.errors)")
        return try WireJSON.decode([TenantPlaceView].self, from: Array(told.output.utf8))
    }

    // MARK: - Private

    /// Asks until hub-control answers.
    private func get<Answer: Decodable>(_ path: String, _ type: Answer.Type) async throws -> Answer {
        var answer: WebAnswer?
        try await waitFor("hub-control to answer \(path)") {
            answer = try? await apex.get(path)
            return answer?.status == 200
        }
        return try #require(answer).decode(type)
    }
}
