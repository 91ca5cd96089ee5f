import ArgumentParser
import Topology

/// `hubctl secrets init`: makes every secret that is missing.
struct SecretsInitCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make every secret the topology needs and the directory lacks; never change one.",
        discussion: """
            Writes one file a secret (mode 0600): random passwords, the routers' signing key, and Ed25519 keys for \
            tokens. A secret that exists, as a file or in the environment, is left as it is.

            EXAMPLES
              hubctl secrets init --topology Config/local.yaml --directory .hub/secrets
              HUB_SECRETS_DIR=/etc/hub/secrets hubctl secrets init
            """
    )

    @Option(
        help: ArgumentHelp("Where the files go (or the environment's HUB_SECRETS_DIR).", valueName: "path"),
        completion: .directory
    )
    var directory: String?

    @OptionGroup var options: GlobalOptions

    func run(in context: CommandContext) async throws {
        let topology = try context.topology()
        let variable = EnvironmentVariable.secretsDirectory.rawValue
        guard let directory = directory ?? context.variable(variable) else {
            throw OperatorError(
                .usage,
                "no directory for the secrets is named: give --directory PATH, or set \(variable)"
            )
        }
        var report = SecretsReport(directory: directory)
        do throws(PrivateFile.Failure) {
            try PrivateFile.makeDirectory(directory)
            for name in SecretName.all(for: topology) {
                if context.environment[name.environmentVariable] != nil {
                    report.secrets.append(.init(name: name.text, state: .environment))
                } else {
                    let value = SecretGenerator.value(for: name, of: topology)
                    let isNew = try PrivateFile.create("\(directory)/\(name.text)", value + "\n")
                    report.secrets.append(.init(name: name.text, state: isNew ? .created : .kept))
                }
            }
        } catch {
            throw OperatorError(.failed, error.description, underlying: error)
        }
        if PrivateFile.isOpenToOthers(directory) {
            context.console.note("others than its owner may enter \(directory); chmod 700 keeps them out")
        }
        try context.show(report)
    }
}

private struct SecretsReport: Report {
    enum State: String, Encodable, Sendable {
        case created
        case kept
        case environment
    }

    struct Entry: Encodable, Sendable {
        let name: String
        let state: State
    }

    let directory: String
    var secrets: [Entry] = []

    func text(for stream: TextStream) -> String {
        var table = Table("SECRET", "STATE")
        for secret in secrets {
            table.append(
                Table.Cell(secret.name),
                Table.Cell(secret.state.rawValue, secret.state == .created ? .good : .plain)
            )
        }
        return table.text(for: stream)
    }
}
