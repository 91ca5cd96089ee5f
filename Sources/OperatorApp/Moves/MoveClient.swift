import FoundationEssentials
import HubModel
import HubWire
import NIOHTTP1
import Topology

extension ControlClient {
    /// The move with this id, or the last one of the tenant with this subdomain or id.
    func move(_ reference: String) async throws -> MoveView {
        if let id = MoveID(reference) {
            do {
                return try await move(id)
            } catch let error as OperatorError where error.status == .notFound {
                // It may be a tenant's id.
            }
        }
        let tenant = try await tenant(reference)
        let moves = try await moves(of: tenant.id)
        guard let move = moves.first else {
            throw OperatorError(.notFound, "\(tenant.subdomain) was never moved")
        }
        return move
    }

    func move(_ id: MoveID) async throws -> MoveView { try await send(.GET, "/api/moves/\(id)") }

    /// The newest first.
    func moves(of tenant: TenantID? = nil, isOver: Bool? = nil, limit: Int = 100) async throws -> [MoveView] {
        let page: Page<MoveView> = try await send(
            .GET,
            "/api/moves",
            query: [
                ("tenant", tenant.map { "\($0)" }), ("over", isOver.map { $0 ? "true" : "false" }),
                ("limit", "\(limit)"),
            ]
        )
        return page.items
    }

    func plan(_ request: CreateMoveRequest) async throws -> MovePlanView {
        let answer: CreateMoveAnswer = try await send(.POST, "/api/moves", body: request)
        guard let plan = answer.plan else { throw OperatorError(.failed, "hub-control's answer has no plan") }
        return plan
    }

    func begin(_ request: CreateMoveRequest) async throws -> MoveView {
        let answer: CreateMoveAnswer = try await send(.POST, "/api/moves", body: request)
        guard let move = answer.move else { throw OperatorError(.failed, "hub-control's answer has no move") }
        return move
    }

    func ask(_ wish: String, of move: MoveID) async throws -> MoveView {
        try await send(.POST, "/api/moves/\(move)/\(wish)")
    }
}
