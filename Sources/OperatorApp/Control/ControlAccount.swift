import HubModel
import Topology

/// Who a command signs in as, and where the password comes from.
struct ControlAccount: Sendable {
    let email: String
    private let context: CommandContext

    /// - Throws: ``OperatorError`` when nobody is named: by the option, the environment, or an earlier login.
    init(named email: String?, cached: CachedToken?, in context: CommandContext) throws {
        guard let text = email ?? context.variable("HUB_EMAIL") ?? cached?.email else {
            throw OperatorError(
                .usage,
                "nobody is signed in: run hubctl login, or set HUB_EMAIL and the secret superadmin-password"
            )
        }
        guard let address = EmailAddress(text) else {
            throw OperatorError(.usage, "“\(text)” is not an e-mail address")
        }
        self.email = address.rawValue
        self.context = context
    }

    /// The secret `superadmin-password`, or what the person at the terminal types.
    func password() throws -> String {
        do {
            return try context.secrets.secret(.superAdminPassword).text
        } catch {
            guard context.console.input.isInteractive else { throw error }
            return try context.readPassword("Password of \(email)")
        }
    }
}
