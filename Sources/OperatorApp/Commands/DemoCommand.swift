import ArgumentParser

/// `hubctl demo`: data to look at and to measure with.
struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Make demonstration tenants, a few by hand or very many at COPY speed.",
        subcommands: [DemoSeedCommand.self, DemoLoadCommand.self]
    )
}
