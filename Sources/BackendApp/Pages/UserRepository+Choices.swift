import HubModel
import HubWire
import ShardStore

extension UserRepository {
    /// The people whom a page lets choose, each by id and name: as many as the API lists at once.
    func choices() async throws(ShardError) -> [(id: String, name: String)] {
        try await list(UserFilter(), ListWindow(limit: PageRequest.allowedLimits.upperBound)).items
            .map { (id: "\($0.id)", name: $0.fullName) }
    }
}
