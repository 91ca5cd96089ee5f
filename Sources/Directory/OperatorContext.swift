package import HubModel

/// On whose behalf the directory is changed, for its audit trail.
package struct OperatorContext: Sendable {
    /// The super admin who acts; nil for the hub itself and for people who are not signed in.
    package let actor: UserID?
    /// The person's address, as the router saw it.
    package let clientAddress: String?

    package init(actor: UserID? = nil, clientAddress: String? = nil) {
        self.actor = actor
        self.clientAddress = clientAddress
    }
}
