import HubModel
import HubWire

/// How a move is, and what can be typed next.
struct MoveReport: Report {
    let move: MoveView

    init(_ move: MoveView) {
        self.move = move
    }

    func encode(to encoder: any Encoder) throws { try move.encode(to: encoder) }

    func text(for stream: TextStream) -> String {
        var table = Table("MOVE", "")
        func add(_ name: String, _ value: String, _ tone: Table.Tone = .plain) {
            table.append(.init(name), .init(value, tone))
        }
        let progress = move.progress
        add("id", "\(move.id)")
        add("tenant", "\(move.subdomain), from \(move.source) to \(move.target)")
        add("state", move.state + (move.step.map { ", \($0)" } ?? ""), move.tone)
        add("served by", "\(move.servedBy), epoch \(move.epoch)")
        if let wish = move.wish { add("asked for", wish) }
        if progress.rows > 0 || progress.expectedRows > 0 {
            let total = progress.expectedRows > 0 ? " of \(progress.expectedRows.grouped)" : ""
            let rate = progress.rowsPerSecond > 0 ? ", \(Int(progress.rowsPerSecond).grouped)/s" : ""
            let left = progress.secondsLeft.map { ", \(Duration.seconds($0).clock) left" } ?? ""
            add("rows", "\(progress.rows.grouped)\(total)\(rate)\(left)")
            if progress.bytes > 0 { add("bytes", Int(progress.bytes).formattedBytes) }
        }
        if let lag = progress.lagBytes { add("lag", Int(lag).formattedBytes) }
        if let pause = progress.pauseMilliseconds { add("last pause", "\(Int(pause.rounded())) ms") }
        for made in move.switches { add("switched", made.line, made.lateRequests ?? 0 > 0 ? .warning : .plain) }
        add("mover", "\(move.holder ?? "none at work"), attempt \(move.attempt), copy \(move.generation)")
        if let reason = move.reason { add("reason", reason, .warning) }
        var text = table.text(for: stream)
        if !move.nextSteps.isEmpty { text += "\nNext:\n" + move.nextSteps.map { "  \($0)\n" }.joined() }
        return text
    }
}

/// Several moves, a line each.
struct MoveListReport: Report {
    let moves: [MoveView]

    func encode(to encoder: any Encoder) throws { try moves.encode(to: encoder) }

    func text(for stream: TextStream) -> String {
        var table = Table("MOVE", "TENANT", "FROM", "TO", "STATE", .number("ROWS"), "STARTED", "REASON")
        for move in moves {
            table.append(
                .init("\(move.id)"),
                .init(move.subdomain.rawValue),
                .init("\(move.source)"),
                .init("\(move.target)"),
                .init(move.state, move.tone),
                .init(move.progress.rows.grouped),
                .init("\(move.createdAt)"),
                .init(move.reason ?? "")
            )
        }
        return table.text(for: stream)
    }
}

/// What a move would do.
struct MovePlanReport: Report {
    let plan: MovePlanView

    init(_ plan: MovePlanView) {
        self.plan = plan
    }

    func encode(to encoder: any Encoder) throws { try plan.encode(to: encoder) }

    func text(for stream: TextStream) -> String {
        var table = Table("TABLE", .number("ROWS"), .number("BYTES"))
        for row in plan.tables where row.rows > 0 {
            table.append(.init(row.name), .init(row.rows.grouped), .init(Int(row.bytes).formattedBytes))
        }
        table.append("all", .init(plan.rows.grouped), .init(Int(plan.bytes).formattedBytes))
        var text = table.text(for: stream)
        text += "\n\(plan.subdomain) from \(plan.source) to \(plan.target): "
        text += "copied in about \(Duration.seconds(plan.estimatedCopySeconds).clock), "
        text += "a pause of about \(Int(plan.estimatedPauseMilliseconds.rounded())) ms\n"
        for check in plan.checks { text += "checked: \(check)\n".printableLines }
        for remark in plan.remarks { text += "note: \(remark)\n".printableLines }
        for refusal in plan.refusals { text += "in the way: \(refusal)\n".printableLines }
        if plan.refusals.isEmpty {
            text += "\nNext:\n  hubctl move run \(plan.subdomain) --to \(plan.target)\n"
        }
        return text
    }
}

extension MoveSwitchView {
    /// When, and what people felt of it.
    fileprivate var line: String {
        var parts = ["\(direction) at \(committedAt)"]
        if let pauseMilliseconds { parts.append("pause \(Int(pauseMilliseconds.rounded())) ms") }
        if let heldRequests, let lateRequests {
            parts.append("\(Int(heldRequests).grouped) requests held, \(Int(lateRequests).grouped) late")
            if heldRequests > 0, let longestHoldMilliseconds {
                parts.append("longest \(Int(longestHoldMilliseconds.rounded())) ms")
            }
        } else if silentRouters.isEmpty {
            parts.append("held requests not known yet")
        }
        if !silentRouters.isEmpty { parts.append("not known at \(silentRouters.joined(separator: ", "))") }
        return parts.joined(separator: ", ")
    }
}

extension MoveView {
    var tone: Table.Tone {
        switch state {
        case "completed", "verified", "switched", "reversed": .good
        case "failed": .bad
        case "cancelled", "cancelling": .warning
        default: reason == nil ? .plain : .warning
        }
    }

    /// One line for whoever watches.
    var line: String {
        var parts = ["\(subdomain): \(state)" + (step.map { " (\($0))" } ?? "")]
        if state == "copying", progress.rows > 0 {
            let total = progress.expectedRows > 0 ? " / \(progress.expectedRows.grouped)" : ""
            parts.append("\(progress.rows.grouped)\(total) rows, \(Int(progress.rowsPerSecond).grouped)/s")
            if let left = progress.secondsLeft { parts.append("\(Duration.seconds(left).clock) left") }
        }
        if let lag = progress.lagBytes { parts.append("lag \(Int(lag).formattedBytes)") }
        if let pause = progress.pauseMilliseconds { parts.append("pause \(Int(pause.rounded())) ms") }
        if let reason { parts.append(reason) }
        return parts.joined(separator: "  ")
    }
}

extension String {
    /// Each line as a terminal can show it.
    fileprivate var printableLines: String {
        split(separator: "\n", omittingEmptySubsequences: false).map { String($0).printable }.joined(separator: "\n")
    }
}
