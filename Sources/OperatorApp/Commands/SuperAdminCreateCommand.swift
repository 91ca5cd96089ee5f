import ArgumentParser
import Credentials
import Directory
import HubModel
import Reactor
import Topology

/// `hubctl superadmin create`: somebody who may operate the whole hub.
struct SuperAdminCreateCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Create a super admin in the directory; one that exists is left as it is.",
        discussion: """
            The password is the secret superadmin-password, or is asked for, or read from standard input. This is how \
            the first super admin comes to be; it needs the directory's database, not hub-control.

            EXAMPLES
              hubctl superadmin create --email superadmin@system.com --name "Super Admin"
              HUB_SECRET_SUPERADMIN_PASSWORD=… hubctl superadmin create --email ada@example.com
            """
    )

    @Option(help: ArgumentHelp("Their e-mail address, with which they sign in.", valueName: "address"))
    var email: String

    @Option(help: "Their full name.")
    var name = "Super Admin"

    @Flag(help: "Read the password from standard input.")
    var passwordStdin = false

    @OptionGroup var options: GlobalOptions

    func run(in context: CommandContext) async throws {
        guard let email = EmailAddress(email) else {
            throw OperatorError(.usage, "“\(email)” is not an e-mail address")
        }
        let topology = try context.topology()
        let reactors = try ReactorGroup(count: 1, name: "hubctl")
        defer { reactors.shutdown() }
        let database = DatabaseAccess(target: .directory(of: topology), secrets: context.secrets, reactors: reactors)
        let isNew = try await database.withCurrentSchema { pool in
            let directory = DirectoryStore(pool: pool)
            // Asked first, so that nobody types a password for an account that is there.
            guard try await directory.superAdmin(email: email) == nil else { return false }
            let hash = try await PasswordHasher().hash(try password(for: email, context))
            return try await create(email, hash, in: directory)
        }
        try context.show(SuperAdminReport(email: email, created: isNew))
    }

    // MARK: - Private

    /// - Returns: false when another operator was faster.
    private func create(_ email: EmailAddress, _ hash: String, in directory: DirectoryStore) async throws -> Bool {
        do throws(DirectoryError) {
            _ = try await directory.createSuperAdmin(
                email: email,
                fullName: name,
                passwordHash: hash,
                OperatorContext()
            )
            return true
        } catch  where error.code == .duplicate(field: "email") {
            return false
        }
    }

    private func password(for email: EmailAddress, _ context: CommandContext) throws -> String {
        let password =
            if !passwordStdin, let secret = try? context.secrets.secret(.superAdminPassword) { secret.text } else {
                try context.readPassword("Password of \(email)")
            }
        guard password.count >= 8 else { throw OperatorError(.usage, "a password has at least 8 characters") }
        return password
    }
}

private struct SuperAdminReport: Report {
    let email: EmailAddress
    let created: Bool

    func text(for stream: TextStream) -> String {
        created ? "created the super admin \(email)\n" : "the super admin \(email) exists already, and is as it was\n"
    }
}
