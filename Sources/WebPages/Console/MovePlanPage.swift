import HubModel
package import HubWire

/// What a move would do, and the way to begin it.
package struct MovePlanPage: Sendable {
    private struct Table: Sendable {
        let name: String
        let rows: Quantity
        let bytes: Quantity
    }

    private struct Plan: Sendable {
        let subdomain: String
        let source: String
        let target: String
        let rows: Quantity
        let bytes: Quantity
        let seconds: Quantity
        let pause: Quantity
        let tables: [Table]
        let refusals: [String]
        let remarks: [String]
        let isPossible: Bool
    }

    private let shell: Shell
    private let tenant: String
    private let shards: [Choice]
    private let plan: Plan?
    /// Why there is no plan, of what was asked for.
    private let problem: String?
    private let dialogs: [ActionDialog]

    /// - Parameters:
    ///   - tenant: the subdomain or id that was asked for, if one was.
    ///   - plan: nil until both tenant and target are known.
    package init(
        admin: UserView,
        tenant: String?,
        target: String?,
        shards: [ShardView],
        plan: MovePlanView?,
        problem: String? = nil
    ) {
        shell = .console("Plan a move", at: .moves, as: admin)
        self.tenant = tenant ?? ""
        self.shards = Choice.choices(
            shards.map { ($0.id.rawValue, "\($0.id) (\($0.region), \($0.state.rawValue))") },
            target,
            all: "Choose a shard"
        )
        self.plan = plan.map(MovePlanPage.plan)
        self.problem = problem
        dialogs = plan.map { $0.refusals.isEmpty ? [MovePlanPage.start($0)] : [] } ?? []
    }

    package var markup: String { Templates.render(self, with: "console-plan") }

    // MARK: - Private

    private static func plan(_ plan: MovePlanView) -> Plan {
        Plan(
            subdomain: plan.subdomain.rawValue,
            source: plan.source.rawValue,
            target: plan.target.rawValue,
            rows: .count(plan.rows),
            bytes: .bytes(plan.bytes),
            seconds: .seconds(plan.estimatedCopySeconds),
            pause: .milliseconds(plan.estimatedPauseMilliseconds),
            tables: plan.tables.map { Table(name: $0.name, rows: .count($0.rows), bytes: .bytes($0.bytes)) },
            refusals: plan.refusals,
            remarks: plan.remarks,
            isPossible: plan.refusals.isEmpty
        )
    }

    private static func start(_ plan: MovePlanView) -> ActionDialog {
        func number(_ name: String, _ label: String, _ hint: String, _ value: Int) -> Field {
            Field(
                name,
                label,
                .text(type: "number", autocomplete: "off"),
                hint: hint,
                value: String(value),
                scope: "start"
            )
        }
        return ActionDialog(
            "start-move",
            "Move \(plan.subdomain) to \(plan.target)",
            [
                "Its people go on working. Nothing changes for them before the switch, which you can undo until you complete."
            ],
            "POST",
            "/api/moves",
            fields: [
                Field(
                    "switch",
                    "When the copy is verified",
                    .choice([("false", "wait for me to switch"), ("true", "switch at once")]),
                    value: "false",
                    scope: "start"
                ),
                number("streams", "Streams", "How many copy at once: 1–8", 2),
                number(
                    "pauseBudgetMilliseconds",
                    "Pause, at most (ms)",
                    "A switch that takes longer is undone by itself",
                    1000
                ),
            ],
            submit: "Start the move",
            extra: "{\"tenant\":\"\(plan.tenantId)\",\"target\":\"\(plan.target)\"}",
            then: .open("\(ConsolePlace.moves.rawValue)/{move.id}")
        )
    }
}
