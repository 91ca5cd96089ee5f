import Credentials
import HubModel
import HubWeb
import HubWire
import ShardStore

/// The signed-in person a request acts for, as the database knows them now.
struct Person: Sendable {
    let session: SessionID
    let user: UserProfile
    /// The super admin who acts as the user, if one does.
    let impersonator: OperatorReference?

    /// - Parameter found: the user of the token's session; nil when the session has ended or the user is gone.
    /// - Throws: 401 when the session has ended or is not the token's user's.
    init(_ found: SessionUser?, claims: TokenClaims) throws(WebFailure) {
        guard let found, found.user.id == claims.subject else {
            throw .unauthorized("This session has ended. Sign in again.")
        }
        session = claims.session
        user = UserProfile(found.user)
        impersonator = found.impersonator
    }

    /// - Parameter found: the token's user with the sessions they have.
    /// - Throws: 401 as above.
    init(_ found: UserAuthorisation?, claims: TokenClaims, now: Timestamp) throws(WebFailure) {
        guard let found, found.user.id == claims.subject,
            let session = found.sessions.first(where: { $0.id == claims.session }), session.expiresAt > now
        else {
            throw .unauthorized("This session has ended. Sign in again.")
        }
        self.session = session.id
        user = found.user
        impersonator = session.impersonator
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
