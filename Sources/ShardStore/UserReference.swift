package import HubModel

/// A user as another object names them.
package struct UserReference: Hashable, Sendable {
    package let id: UserID
    package let fullName: String

    package init(id: UserID, fullName: String) {
        self.id = id
        self.fullName = fullName
    }

    /// Nil for a user who is not set, or was deleted.
    init?(id: UserID?, fullName: String?) {
        guard let id, let fullName else { return nil }
        self.id = id
        self.fullName = fullName
    }
}
