import HubModel
package import HubWire

/// The list of moves, newest first.
package struct MovesPage: Sendable {
    private let shell: Shell
    private let total: Quantity
    private let rows: [MoveRow]
    private let hasRows: Bool
    private let isUnderWayOnly: Bool
    private let pager: Pager

    package init(admin: UserView, moves: Page<MoveView>, isUnderWayOnly: Bool) {
        shell = .console("Moves", at: .moves, as: admin)
        total = .count(moves.total)
        rows = moves.items.map(MoveRow.init)
        hasRows = !rows.isEmpty
        self.isUnderWayOnly = isUnderWayOnly
        pager = Pager(
            moves,
            path: ConsolePlace.moves.rawValue,
            query: ConsoleQuery([("over", isUnderWayOnly ? "false" : nil)])
        )
    }

    package var markup: String { Templates.render(self, with: "console-moves") }
}
