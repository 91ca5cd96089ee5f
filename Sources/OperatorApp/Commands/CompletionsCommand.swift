import ArgumentParser

/// `hubctl completions`: the script that teaches a shell hubctl's words.
struct CompletionsCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "completions",
        abstract: "Print the completion script of a shell.",
        discussion: """
            EXAMPLES
              source <(hubctl completions bash)
              hubctl completions zsh > ~/.zfunc/_hubctl
              hubctl completions fish > ~/.config/fish/completions/hubctl.fish
            """
    )

    enum Shell: String, CaseIterable, ExpressibleByArgument, Sendable {
        case bash
        case zsh
        case fish
    }

    @Argument(help: "bash, zsh or fish.")
    var shell: Shell

    @OptionGroup var options: GlobalOptions

    func run(in context: CommandContext) async throws {
        try context.show(CompletionsReport(shell: shell))
    }
}

private struct CompletionsReport: Report {
    let shell: String
    let script: String

    init(shell: CompletionsCommand.Shell) {
        self.shell = shell.rawValue
        script =
            switch shell {
            case .bash: Hubctl.completionScript(for: .bash)
            case .zsh: Hubctl.completionScript(for: .zsh)
            case .fish: Hubctl.completionScript(for: .fish)
            }
    }

    func text(for stream: TextStream) -> String { script.hasSuffix("\n") ? script : script + "\n" }
}
