package import HubModel

/// A region as the sign-up form offers it.
package struct RegionView: Codable, Hashable, Sendable {
    package let id: RegionID
    package let name: String

    package init(id: RegionID, name: String) {
        self.id = id
        self.name = name
    }
}
