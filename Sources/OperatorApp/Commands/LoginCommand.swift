import ArgumentParser
import HubModel

/// `hubctl login`: signs in at hub-control and keeps the token for the commands that follow.
struct LoginCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "login",
        abstract: "Sign in at hub-control as a super admin; later commands use the token.",
        discussion: """
            The token is kept in the topology's stateDirectory, readable by its owner alone. The password is asked \
            for, or read from standard input, or taken from the secret superadmin-password.

            EXAMPLES
              hubctl login --email superadmin@system.com
              hubctl login --email superadmin@system.com --password-stdin < password.txt
            """
    )

    @Flag(help: "Read the password from standard input.")
    var passwordStdin = false

    @OptionGroup var control: ControlOptions
    @OptionGroup var options: GlobalOptions

    func run(in context: CommandContext) async throws {
        let client = try await ControlClient(email: control.email, context: context)
        let password = passwordStdin ? try context.readPassword("Password") : nil
        let token = try await client.signIn(password: password)
        try context.show(LoginReport(email: token.email, expiresAt: token.expiresAt))
    }
}

private struct LoginReport: Report {
    let email: String
    let expiresAt: Timestamp

    func text(for stream: TextStream) -> String { "signed in as \(email) until \(expiresAt)\n" }
}
