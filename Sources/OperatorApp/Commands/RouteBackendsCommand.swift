import ArgumentParser
import HubWire
import Topology

/// `hubctl route backends`: the backends as the routers use them.
struct RouteBackendsCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "backends",
        abstract: "List the backends as each router uses them, with their health and connections.",
        discussion: """
            BUSY connections serve a request or are being made, IDLE ones wait for one.

            EXAMPLES
              hubctl route backends --shard us-1
              hubctl route backends --format json | jq '.[] | select(.availability != "available")'
            """
    )

    @Option(help: ArgumentHelp("Only those of this shard, or of 'control'.", valueName: "id"))
    var shard: String?

    @OptionGroup var routers: RouterOptions
    @OptionGroup var options: GlobalOptions

    func run(in context: CommandContext) async throws {
        let client = try RouterClient(routers.router, context: context)
        let answers = try await client.ask("/backends", as: [RouterBackendView].self)
        let backends = answers.flatMap { answer in answer.answer.map { (answer.router, $0) } }
            .filter { shard == nil || $0.1.shard == shard }
        if let shard, backends.isEmpty { throw OperatorError(.notFound, "no router has a shard '\(shard)'") }
        try context.show(RouterBackendsReport(backends: backends))
    }
}

/// Backends, each with the router that uses it.
struct RouterBackendsReport: Report {
    let backends: [(router: String, backend: RouterBackendView)]

    func encode(to encoder: any Encoder) throws {
        try backends.map { Row(router: $0.router, backend: $0.backend) }.encode(to: encoder)
    }

    func text(for stream: TextStream) -> String {
        var table = Table("ROUTER", "SHARD", "BACKEND", "ENDPOINT", "STATE", .number("BUSY"), .number("IDLE"))
        for (router, backend) in backends {
            table.append(
                .init(router),
                .init(backend.shard),
                .init(backend.name),
                .init(backend.endpoint),
                .init(backend.availability.rawValue, backend.availability == .available ? .good : .bad),
                .init(backend.busy.grouped),
                .init(backend.idle.grouped)
            )
        }
        return table.text(for: stream)
    }

    /// One backend's facts with the router beside them.
    private struct Row: Encodable {
        let router: String
        let backend: RouterBackendView

        private enum CodingKeys: CodingKey { case router }

        func encode(to encoder: any Encoder) throws {
            try backend.encode(to: encoder)
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(router, forKey: .router)
        }
    }
}
