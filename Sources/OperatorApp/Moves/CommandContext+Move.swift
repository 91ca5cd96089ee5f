import HubWire

extension CommandContext {
    /// Asks for something to become of a move, watches until it has, and shows the move.
    func ask(
        _ wish: String,
        of move: MoveView,
        through client: ControlClient,
        isWaiting: Bool,
        until isThere: @escaping @Sendable (MoveView) -> Bool
    ) async throws {
        let asked = try await client.ask(wish, of: move.id)
        guard isWaiting else { return try show(MoveReport(asked)) }
        let end = try await interruption.deferring {
            try await MoveFollower(client: client, context: self).follow(asked.id, until: isThere)
        }
        try show(MoveReport(end))
    }
}
