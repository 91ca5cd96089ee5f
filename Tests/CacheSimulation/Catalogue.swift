import Caching
import FoundationEssentials
import HubModel

/// The tenants, users and items of a simulation, by number.
struct Catalogue {
    static let users = 2
    /// Projects, settings and users.
    static let subjects = 2 + users

    let tenants: [TenantID]
    let userIDs: [UserID]

    init(tenants: Int) {
        self.tenants = (0..<tenants).map { TenantID(Self.uuid(1, $0)) }
        userIDs = (0..<Self.users).map { UserID(Self.uuid(2, $0)) }
    }

    func subject(_ index: Int) -> CacheSubject {
        switch index {
        case 0: .projects
        case 1: .settings
        default: .user(userIDs[index - 2])
        }
    }

    func index(_ subject: CacheSubject) -> Int {
        switch subject {
        case .projects: 0
        case .settings: 1
        case .user(let user): 2 + (userIDs.firstIndex(of: user) ?? 0)
        case .ownership, .position, .usage: preconditionFailure("the simulation moves no tenant and counts nothing")
        }
    }

    func scope(_ tenant: Int, _ subjects: [Int]) -> CacheScope {
        CacheScope(tenant: tenants[tenant], tenantEpoch: .first, subjects: subjects.map(subject))
    }

    func scope(_ tenant: Int, _ changes: [SimulatedChange]) -> CacheScope {
        CacheScope(tenant: tenants[tenant], tenantEpoch: .first, changes: changes.map(change))
    }

    /// All items in an opening of the gate, in the order of their numbers.
    func keys(at gate: GateEpoch) -> [CacheKey] {
        tenants.indices.flatMap { scope($0, Array(0..<Self.subjects)).keys(at: gate) }
    }

    // MARK: - Private

    private func change(_ change: SimulatedChange) -> CacheChange {
        switch change {
        case .createProject, .updateProject, .deleteProject: .project
        case .changeRole(let user): .userAccess(userIDs[user])
        case .renameUser(let user): .userName(userIDs[user])
        case .changeSettings: .settings
        }
    }

    private static func uuid(_ kind: UInt8, _ number: Int) -> UUID {
        UUID(uuid: (kind, 0, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, UInt8(number)))
    }
}
