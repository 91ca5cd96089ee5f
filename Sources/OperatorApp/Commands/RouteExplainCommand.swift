import ArgumentParser
import HubWire

/// `hubctl route explain`: what becomes of a request for a host.
struct RouteExplainCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Tell what each router does with a request for a host now, and why.",
        discussion: """
            Each router answers by the code and the copy of the directory that it routes with, so that one which lags
            behind the others shows. hub-control is not needed.

            EXAMPLES
              hubctl route explain acme.hub.example
              hubctl route explain acme.hub.example --format json | jq -r '.[].shard'
            """
    )

    @Argument(help: "The host that a browser would ask for; a port may follow.")
    var host: String

    @OptionGroup var routers: RouterOptions
    @OptionGroup var options: GlobalOptions

    func run(in context: CommandContext) async throws {
        let client = try RouterClient(routers.router, context: context)
        let answers = try await client.ask("/route", query: [("host", host)], as: RouteExplanation.self)
        try context.show(RouteReport(explanations: answers.map(\.answer)))
    }
}

private struct RouteReport: Report {
    let explanations: [RouteExplanation]

    func encode(to encoder: any Encoder) throws { try explanations.encode(to: encoder) }

    func text(for stream: TextStream) -> String {
        var table = Table("ROUTER", "OUTCOME", "SHARD", "EPOCH", "TENANT", .number("DIRECTORY"), "WHY")
        for explanation in explanations {
            table.append(
                .init(explanation.process),
                .init(explanation.summary, explanation.tone),
                .init(explanation.shard ?? ""),
                .init(explanation.epoch.map { "\($0)" } ?? ""),
                .init(explanation.tenantId.map { "\($0)" } ?? ""),
                .init(explanation.directoryVersion.map { "\($0)" } ?? "never seen"),
                .init(explanation.explanation)
            )
        }
        let backends = explanations.flatMap { explanation in
            explanation.backends.map { (explanation.process, $0) }
        }
        guard !backends.isEmpty else { return table.text(for: stream) }
        return table.text(for: stream) + "\n" + RouterBackendsReport(backends: backends).text(for: stream)
    }
}

extension RouteExplanation {
    fileprivate var summary: String {
        switch outcome {
        case .forward: "forward"
        case .hold: "hold, \(waiting) wait"
        case .redirect: "redirect to \(location ?? "")"
        case .answer: status.map { "answer \($0)" } ?? "answer"
        }
    }

    fileprivate var tone: Table.Tone {
        switch outcome {
        case .forward where backends.contains { $0.availability == .available }: .good
        case .forward, .hold: .warning
        case .redirect, .answer: .plain
        }
    }
}
