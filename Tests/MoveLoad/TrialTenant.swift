package import HubModel
import Synchronization
package import WebClients

/// An organisation of a deployment whose people work, and its administrator, signed in through the router.
package final class TrialTenant: Sendable {
    package let id: TenantID
    private let name: Mutex<Subdomain>
    private let token: String
    private let port: Int

    /// - Parameter port: the router's.
    package init(id: TenantID, _ subdomain: Subdomain, token: String, port: Int) {
        self.id = id
        name = Mutex(subdomain)
        self.token = token
        self.port = port
    }

    /// Its name; a test that renames it says so.
    package var subdomain: Subdomain {
        get { name.withLock { $0 } }
        set { name.withLock { $0 = newValue } }
    }

    /// Its administrator, who is never signed in again.
    package var client: WebClient { .router(port, subdomain.rawValue).bearing(token) }
}

extension WebClient {
    /// A router, asked for a tenant's host, or for the apex.
    package static func router(_ port: Int, _ subdomain: String?) -> WebClient {
        let host = (subdomain.map { "\($0)." } ?? "") + "hub.localhost:\(port)"
        return WebClient(port: port, fields: ["host": host, "accept": "application/json"])
    }
}
