import Directory
import HubModel
import HubWeb
import Logging
import MoveEngine
import Moving
import Observability
import Reactor
import ServiceLifecycle
import Synchronization

/// Takes moves that want a mover, and drives them; several processes may run it, and one takes over what another leaves.
struct MoveService: Service {
    /// How often to look for moves.
    static let interval = Duration.milliseconds(250)
    /// How many moves one process drives at once.
    static let limit = 8

    let gate: SchemaGate
    let directory: DirectoryStore
    let databases: ShardDatabases
    let holder: ProcessName
    let census: HoldCensus
    let failpoints: MoveFailpoints
    let makeMover: @Sendable (DirectoryMove, MoveNotes) -> ShardMover
    let logger: Logger

    func run() async throws {
        let running = RunningMoves()
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await sweep() }
                group.addTask { await revive() }
                var isFailing = false
                while !Task.isCancelled {
                    if gate.isOpen {
                        do throws(DirectoryError) {
                            let room = MoveService.limit - running.count.load(ordering: .relaxed)
                            for move in try await directory.claimMoves(for: holder, lease: MoveRun.lease, limit: room) {
                                running.count.add(1, ordering: .relaxed)
                                group.addTask {
                                    await drive(move)
                                    running.count.subtract(1, ordering: .relaxed)
                                }
                            }
                            isFailing = false
                        } catch {
                            if !isFailing, !Task.isCancelled {
                                logger.warning("moves cannot be read", metadata: .fields([.error: "\(error)"]))
                            }
                            isFailing = true
                        }
                    }
                    try? await Task.sleep(for: MoveService.interval)
                }
                group.cancelAll()
            }
        }
    }

    // MARK: - Private

    /// How often a shard is looked through for what moves that are over have left.
    private static let sweepInterval = Duration.seconds(60)

    private func drive(_ move: DirectoryMove) async {
        let notes = MoveNotes(move.progress.flatMap(MoveProgressText.init(json:))?.progress ?? MoveProgress())
        await MoveRun(
            move,
            holder: holder,
            directory: directory,
            verbs: makeMover(move, notes),
            notes: notes,
            census: census,
            failpoints: failpoints,
            logger: logger
        ).run()
    }

    private func revive() async {
        let revival = StreamRevival(directory: directory, databases: databases, logger: logger)
        while !Task.isCancelled {
            try? await Task.sleep(for: StreamRevival.interval)
            guard !Task.isCancelled, gate.isOpen else { continue }
            await revival.run()
        }
    }

    private func sweep() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: MoveService.sweepInterval)
            guard !Task.isCancelled, gate.isOpen else { continue }
            for shard in databases.shards { await sweep(shard) }
        }
    }

    private func sweep(_ shard: ShardID) async {
        guard let end = databases[shard] else { return }
        do throws(MoveError) {
            let findings = try await MoveJanitor(end).sweep { () throws(MoveError) in
                do throws(DirectoryError) {
                    return Set(try await directory.movesWithStreams().map(\.id))
                } catch {
                    throw MoveError(.unavailable, error.message)
                }
            }
            if !findings.removed.isEmpty {
                logger.notice(
                    "what moves that are over had left was removed",
                    metadata: .fields([.shard: "\(shard)", .error: "\(findings.removed.joined(separator: ", "))"])
                )
            }
        } catch {
            logger.debug("a shard could not be swept", metadata: .fields([.shard: "\(shard)", .error: "\(error)"]))
        }
    }
}

/// How many moves this process drives.
private final class RunningMoves: Sendable {
    let count = Atomic(0)
}
