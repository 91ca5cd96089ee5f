import FoundationEssentials
import HubModel
import HubWire
import Topology

/// Watches a move until it has come where it was to go: one line that changes on a terminal, JSON lines with
/// `--format json`, a line for each change otherwise. Whoever stops watching stops nothing.
struct MoveFollower: Sendable {
    /// How often hub-control is asked.
    static let interval = Duration.milliseconds(250)

    let client: ControlClient
    let context: CommandContext

    /// - Parameters:
    ///   - isThere: whether the move has come where it was to go.
    /// - Throws: ``OperatorError`` when it rests somewhere else, or the operator stops watching.
    func follow(_ id: MoveID, until isThere: (MoveView) -> Bool) async throws -> MoveView {
        var last = ""
        var failures = 0
        while true {
            let move: MoveView
            do {
                move = try await client.move(id)
                failures = 0
            } catch let error as OperatorError where error.status == .unreachable && failures < 60 {
                // Another control process goes on with the move meanwhile.
                failures += 1
                try await pause(id)
                continue
            }
            show(move, &last)
            if isThere(move) {
                leaveLine()
                return move
            }
            if move.isAtRest {
                leaveLine()
                throw OperatorError(
                    move.state == "failed" ? .failed : .refused,
                    "move \(move.id) is \(move.state)\(move.reason.map { ": \($0)" } ?? "")"
                        + "; to go on: \(move.nextSteps.first ?? "hubctl move status \(move.id)")"
                )
            }
            try await pause(id)
        }
    }

    // MARK: - Private

    private func pause(_ id: MoveID) async throws {
        if context.interruption.isRequested {
            leaveLine()
            throw OperatorError(.failed, "no longer watching; the move goes on: hubctl move status \(id) --follow")
        }
        try await Task.sleep(for: MoveFollower.interval)
    }

    private func show(_ move: MoveView, _ last: inout String) {
        let stream = context.console.diagnostics
        if let width = stream.terminalWidth {
            // Back to the first column, the line, and erase what a longer one left (ECMA-48 EL).
            stream.write("\r\(move.line.printable.truncated(to: width - 1))\u{1B}[K")
        } else if context.options.format == .json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            guard let data = try? encoder.encode(move) else { return }
            let line = String(decoding: data, as: UTF8.self)
            if line != last { stream.write(line + "\n") }
            last = line
        } else {
            let line = "\(move.state)\(move.step ?? "")\(move.reason ?? "")"
            if line != last { stream.write(move.line.printable + "\n") }
            last = line
        }
    }

    private func leaveLine() {
        if context.console.diagnostics.isTerminal { context.console.diagnostics.write("\n") }
    }
}
