import HubModel
import HubWire

/// A move in a list; drawn by `console-moves-table`.
struct MoveRow: Sendable {
    let href: String
    let subdomain: String
    let source: String
    let target: String
    let state: StateMark
    let step: String?
    /// In words, while something is asked for or goes wrong.
    let remark: String?
    /// 0–100; nil when nothing is being copied.
    let percent: Int?
    let rows: Quantity
    let lag: Quantity?
    let pause: Quantity?
    let createdAt: ConsoleMoment

    init(_ move: MoveView) {
        href = "\(ConsolePlace.moves.rawValue)/\(move.id)"
        subdomain = move.subdomain.rawValue
        source = move.source.rawValue
        target = move.target.rawValue
        state = StateMark(move: move.state)
        step = move.step
        remark = move.reason ?? move.wish.map { "asked for: \($0)" }
        percent = move.state == "copying" ? MoveRow.percent(move.progress) : nil
        rows = .count(move.progress.rows)
        lag = move.progress.lagBytes.map(Quantity.bytes)
        pause = move.progress.pauseMilliseconds.map(Quantity.milliseconds)
        createdAt = ConsoleMoment(move.createdAt)
    }

    static func percent(_ progress: MoveProgressView) -> Int {
        guard progress.expectedRows > 0 else { return 0 }
        return min(100, Int(Double(progress.rows) / Double(progress.expectedRows) * 100))
    }
}
