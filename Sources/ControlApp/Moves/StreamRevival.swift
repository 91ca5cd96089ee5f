import Directory
import HubModel
import Logging
import MoveEngine
import Moving
import Observability

/// Lets streams go on that have stopped while their moves rest: a connection that broke stops one, and whoever rests there
/// for days should find it near. A mover at work sees to its own.
struct StreamRevival: Sendable {
    let directory: DirectoryStore
    let databases: ShardDatabases
    let logger: Logger

    /// How often resting moves are looked at.
    static let interval = Duration.seconds(5)

    /// Looks at every resting move once.
    func run() async {
        guard let moves = try? await directory.moves(MoveFilter(isOver: false), ListWindow(limit: 1000)) else { return }
        for move in moves.items where !move.isHeld { await revive(move.record) }
    }

    // MARK: - Private

    /// It is done under the attempt that brought the move to its rest, so a mover that has taken it since has the last word.
    private func revive(_ record: MoveRecord) async {
        guard record.step == nil, record.state == .verified || record.state == .switched,
            let engine = try? databases.engine(record)
        else { return }
        let directed = record.serving == .source ? engine : engine.reversed
        guard let state = try? await directed.streamState(), !state.isLost, case .stopped = state.subscription else {
            return
        }
        do throws(MoveError) {
            try await directed.enable()
            logger.notice(
                "a stream that had stopped was let go on",
                metadata: .fields([
                    .move: "\(record.id)", .tenant: "\(record.tenant)", .shard: "\(directed.target.shard)",
                ])
            )
        } catch {
            logger.debug(
                "a stream that has stopped was not let go on",
                metadata: .fields([.move: "\(record.id)", .error: "\(error.message)"])
            )
        }
    }
}
