package import HubModel

/// A user as others' objects name one.
package struct PersonView: Codable, Hashable, Sendable {
    package let id: UserID
    package let fullName: String

    package init(id: UserID, fullName: String) {
        self.id = id
        self.fullName = fullName
    }
}
