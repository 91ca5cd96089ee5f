import ArgumentParser

/// The options that every command has.
struct GlobalOptions: ParsableArguments, Sendable {
    @Option(
        name: .long,
        help: ArgumentHelp("The topology file (or the environment's HUB_TOPOLOGY).", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"])
    )
    var topology: String?

    @Option(name: .long, help: "How to write the result; csv is for hubctl report alone.")
    var format: OutputFormat = .text

    @Flag(name: .long, help: "Answer every question with yes.")
    var yes = false
}
