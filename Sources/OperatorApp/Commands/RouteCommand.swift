import ArgumentParser

/// `hubctl route`: what routers do and know.
struct RouteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "route",
        abstract: "Ask the routers where requests go, which backends they use and what they hold.",
        subcommands: [RouteExplainCommand.self, RouteBackendsCommand.self, RouteHoldsCommand.self]
    )
}
