import ArgumentParser
import HubModel
import HubWire

/// How a move is made.
struct MoveChoices: ParsableArguments, Sendable {
    @Option(help: "How many streams copy at once, 1 to 8.")
    var streams = 2

    @Option(help: ArgumentHelp("The longest pause before a switch gives up, 50 to 10000.", valueName: "ms"))
    var pauseBudget = 1000

    @Option(help: ArgumentHelp("The copy rests while another stream of the source lags by more.", valueName: "MB"))
    var maxLag = 256

    func validate() throws {
        guard CreateMoveRequest.allowedStreams.contains(streams) else {
            throw ValidationError("--streams is a number from 1 to 8")
        }
        guard CreateMoveRequest.allowedBudgets.contains(pauseBudget) else {
            throw ValidationError("--pause-budget is a number of milliseconds from 50 to 10000")
        }
        guard CreateMoveRequest.allowedLags.contains(maxLag) else {
            throw ValidationError("--max-lag is a number of megabytes from 1 to 1000000")
        }
    }

    func request(_ tenant: String, to target: String, dryRun: Bool, switch: Bool) throws -> CreateMoveRequest {
        CreateMoveRequest(
            tenant: tenant,
            target: try ShardID(naming: target),
            dryRun: dryRun,
            switch: `switch`,
            streams: streams,
            pauseBudgetMilliseconds: pauseBudget,
            maximumLagMegabytes: maxLag
        )
    }
}
