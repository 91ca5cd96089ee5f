import Credentials
import HubModel
import HubWeb
import HubWire
import ShardStore

/// The signed-in person a request acts for, as the database knows them now.
struct Person: Sendable {
    let session: SessionID
    let user: UserRecord
    /// The super admin who acts as the user, if one does.
    let impersonator: OperatorReference?

    /// - Parameter found: the user of the token's session; nil when the session has ended or the user is gone.
    /// - Throws: 401 when the session has ended or is not the token's user's.
    init(_ found: SessionUser?, claims: TokenClaims) throws(WebFailure) {
        guard let found, found.user.id == claims.subject else {
            throw .unauthorized("This session has ended. Sign in again.")
        }
        session = claims.session
        user = found.user
        impersonator = found.impersonator
    }
}

extension Person {
    var isAdministrator: Bool { user.role == .tenantAdmin }

    /// - Throws: 403 for everybody but the administrators of the workspace.
    func requireAdministrator() throws(WebFailure) {
        guard isAdministrator else {
            throw WebFailure(.forbidden("Only an administrator of this workspace may do this."))
        }
    }
}
