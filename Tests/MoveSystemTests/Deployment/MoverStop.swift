import AppFixtures
import FoundationEssentials
import HubModel
import HubTesting
import MoveLoad

/// A place at which the mover of a tenant's move waits; see `HUB_MOVE_FAILPOINTS`.
struct MoverStop: Sendable {
    let tenant: TenantID
    /// As in `before-freeze`.
    let place: String
    private let path: String

    /// Has the mover wait when it comes to this place.
    init(_ place: String, _ tenant: TrialTenant, _ deployment: Deployment) throws {
        self.tenant = tenant.id
        self.place = place
        path = MoverStop.folder(of: deployment).appending(path: "\(tenant.id).\(place)").path
        try Data().write(to: URL(filePath: path))
    }

    static func folder(of deployment: Deployment) -> URL { deployment.home.appending(path: "failpoints") }

    /// Whether a mover waits there.
    var isReached: Bool { FileManager.default.fileExists(atPath: path + ".reached") }

    func wait(within limit: Duration = .seconds(45)) async throws {
        try await waitFor("the mover to come to \(place)", within: limit) { isReached }
    }

    /// Lets the mover go on, or one that comes later pass.
    func lift() {
        for file in [path, path + ".reached"] { try? FileManager.default.removeItem(atPath: file) }
    }
}
