import HubModel
package import HubWire

/// One move: how far it is, what happened, and what can be asked for.
package struct MovePage: Sendable {
    private struct Phase: Sendable {
        let label: String
        /// `done`, `now`, `rest`, `next` or `bad`.
        let tone: String
        let isCurrent: Bool
        let remark: String?
    }

    private struct Verb: Sendable {
        let dialog: String
        let label: String
        let look: String
    }

    private struct Event: Sendable {
        let at: ConsoleMoment
        /// Since the move was asked for.
        let after: Quantity
        let what: String
        let message: String?
        let by: String?
        let took: Quantity?
    }

    private let shell: Shell
    private let id: String
    private let subdomain: String
    private let tenantHref: String
    private let source: String
    private let target: String
    private let servedBy: String
    private let state: StateMark
    private let stateName: String
    private let step: String?
    private let wish: String?
    private let reason: String?
    private let isFailed: Bool
    private let isOver: Bool
    private let isWaiting: Bool
    private let phases: [Phase]
    private let percent: Int
    private let isCopying: Bool
    private let rows: Quantity
    private let expected: Quantity?
    private let bytes: Quantity
    private let rate: Quantity
    private let left: Quantity?
    private let lag: Quantity?
    private let predicted: Quantity?
    private let pause: Quantity?
    private let budget: Quantity
    private let epoch: String
    private let attempt: String
    private let generation: Int
    private let holder: String?
    private let startedBy: String?
    private let createdAt: ConsoleMoment
    private let updatedAt: ConsoleMoment
    private let verbs: [Verb]
    private let nextSteps: [String]
    private let events: [Event]
    private let certificate: CertificateFacts?
    private let dialogs: [ActionDialog]

    /// - Parameters:
    ///   - events: in their order.
    ///   - certificate: of a move that is completed.
    package init(admin: UserView, move: MoveView, events: [MoveEventView], certificate: MoveCertificateView?) {
        shell = .console("\(move.subdomain) to \(move.target)", at: .moves, as: admin)
        id = move.id.description
        subdomain = move.subdomain.rawValue
        tenantHref = "\(ConsolePlace.tenants.rawValue)/\(move.tenantId)"
        source = move.source.rawValue
        target = move.target.rawValue
        servedBy = move.servedBy.rawValue
        state = StateMark(move: move.state)
        stateName = move.state
        step = move.step
        wish = move.wish
        reason = move.reason
        isFailed = move.state == "failed"
        isOver = move.isOver
        isWaiting = move.isAtRest && !move.isOver
        phases = MovePage.phases(move, events)
        percent = MoveRow.percent(move.progress)
        isCopying = move.state == "copying"
        rows = .count(move.progress.rows)
        expected = move.progress.expectedRows > 0 ? .count(move.progress.expectedRows) : nil
        bytes = .bytes(move.progress.bytes)
        rate = .rate(perSecond: move.progress.rowsPerSecond)
        left = move.progress.secondsLeft.map(Quantity.seconds)
        lag = move.progress.lagBytes.map(Quantity.bytes)
        predicted = move.progress.predictedPauseMilliseconds.map(Quantity.milliseconds)
        pause = move.progress.pauseMilliseconds.map(Quantity.milliseconds)
        budget = .milliseconds(Double(move.pauseBudgetMilliseconds))
        epoch = move.epoch.description
        attempt = String(move.attempt)
        generation = move.generation
        holder = move.holder
        startedBy = move.startedBy
        createdAt = ConsoleMoment(move.createdAt)
        updatedAt = ConsoleMoment(move.updatedAt)
        let asked = move.verbs.map { MoveVerbText(verb: $0, of: move) }
        verbs = asked.enumerated().map { index, verb in
            Verb(
                dialog: "verb-\(verb.verb)",
                label: verb.label,
                look: index == 0 ? "primary" : verb.isDangerous ? "danger" : ""
            )
        }
        dialogs = asked.map { verb in
            ActionDialog(
                "verb-\(verb.verb)",
                verb.question,
                [verb.meaning],
                "POST",
                "/api/moves/\(move.id)/\(verb.verb)",
                submit: verb.label,
                isDangerous: verb.isDangerous,
                then: .refresh(verb.notice)
            )
        }
        nextSteps = move.nextSteps
        self.events = MovePage.events(events)
        self.certificate = certificate.map(CertificateFacts.init)
    }

    package var markup: String { Templates.render(self, with: "console-move") }

    // MARK: - Private

    private static let usual = ["planned", "copying", "catching-up", "verified", "switching", "switched", "completed"]

    /// The usual way as far as the move went, and where it left it.
    private static func phases(_ move: MoveView, _ events: [MoveEventView]) -> [Phase] {
        let visited = Set(events.map(\.state)).union([move.state])
        let reached = usual.lastIndex { visited.contains($0) } ?? 0
        var names = usual
        var isOffTheWay = false
        switch move.state {
        case "reversing", "reversed": (names, isOffTheWay) = (usual.dropLast() + ["reversed"], true)
        case "cancelling", "cancelled": (names, isOffTheWay) = (Array(usual[...reached]) + ["cancelled"], true)
        case "failed": (names, isOffTheWay) = (Array(usual[...reached]) + ["failed"], true)
        case "completing": (names, isOffTheWay) = (usual, true)
        default: break
        }
        // A new generation begins to copy again, after states that come later.
        let current = isOffTheWay ? names.count - 1 : usual.firstIndex(of: move.state) ?? reached
        return names.enumerated().map { index, name in
            let isCurrent = index == current
            let isEnd = move.isOver && isCurrent
            return Phase(
                label: StateMark(move: name).label,
                tone: name == "failed"
                    ? "bad"
                    : isEnd || index < current
                        ? "done" : isCurrent ? (move.isAtRest ? "rest" : "now") : "next",
                isCurrent: isCurrent,
                remark: isCurrent ? move.step.map { $0.map { $0 == "-" ? " " : String($0) }.joined() } : nil
            )
        }
    }

    /// The newest first, each with the time until the next. What is journalled again, since somebody else took the move, is
    /// told once.
    private static func events(_ events: [MoveEventView]) -> [Event] {
        guard let start = events.first?.at else { return [] }
        var told: [(event: MoveEventView, what: String)] = []
        for event in events {
            let state = StateMark(move: event.state).label
            let step = event.step.map { $0.map { $0 == "-" ? " " : String($0) }.joined() }
            let what = step.map { "\(state): \($0)" } ?? event.wish.map { "\(state), asked for: \($0)" } ?? state
            if let last = told.last, last.what == what, event.message == nil { continue }
            told.append((event, what))
        }
        return told.enumerated().reversed().map { index, entry in
            let next = index + 1 < told.count ? told[index + 1].event.at : nil
            return Event(
                at: ConsoleMoment(entry.event.at),
                after: .milliseconds((entry.event.at - start) / .milliseconds(1)),
                what: entry.what,
                message: entry.event.message,
                by: entry.event.holder,
                took: next.map { .milliseconds(($0 - entry.event.at) / .milliseconds(1)) }
            )
        }
    }
}
