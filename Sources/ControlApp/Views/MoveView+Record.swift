import Directory
import HubModel
import HubWire
import Moving

extension MoveView {
    /// - Parameter lag: of the stream, when it was measured just now.
    init(_ move: DirectoryMove, lag: Int64? = nil) {
        let record = move.record
        let progress = move.progress.flatMap(MoveProgressText.init(json:))
        self.init(
            id: record.id,
            tenantId: record.tenant,
            subdomain: move.subdomain,
            source: record.source,
            target: record.target,
            state: record.state.rawValue,
            step: record.step?.rawValue,
            attempt: record.attempt.rawValue,
            generation: Int(record.generation.rawValue),
            epoch: record.epoch,
            servedBy: record.shard(record.serving),
            wish: record.wish?.rawValue,
            aborts: Int(record.aborts),
            reason: record.problem?.message,
            holder: move.isHeld ? move.holder?.rawValue : nil,
            progress: MoveProgressView(
                rows: progress?.rows ?? 0,
                bytes: progress?.bytes ?? 0,
                expectedRows: progress?.expectedRows ?? 0,
                rowsPerSecond: progress?.rowsPerSecond ?? 0,
                secondsLeft: record.state == .copying ? progress?.secondsLeft : nil,
                lagBytes: lag ?? progress?.lagBytes,
                pauseMilliseconds: progress?.pauseMilliseconds,
                predictedPauseMilliseconds: progress.flatMap { progress in
                    progress.expectedRows > 0
                        ? MoveAdministration.estimatedPause(rows: Int(progress.expectedRows)) : nil
                }
            ),
            startedBy: move.startedBy?.email.rawValue,
            createdAt: move.createdAt,
            updatedAt: move.updatedAt,
            nextSteps: MoveView.nextSteps(record),
            verbs: record.legalWishes.map(\.rawValue),
            pauseBudgetMilliseconds: move.options.pauseBudgetMilliseconds
        )
    }

    // MARK: - Private

    private static func nextSteps(_ record: MoveRecord) -> [String] {
        var steps = record.legalWishes.map { "hubctl move \($0.rawValue) \(record.id)" }
        switch record.state {
        case .completed: steps.append("hubctl move certificate \(record.id) --verify")
        case .cancelled, .reversed: break
        default: steps.append("hubctl move status \(record.id) --follow")
        }
        return steps
    }
}

extension MoveEventView {
    init(_ event: MoveEvent) {
        self.init(
            id: event.id,
            at: event.at,
            state: event.state.rawValue,
            step: event.step?.rawValue,
            wish: event.wish?.rawValue,
            attempt: event.attempt,
            holder: event.holder,
            epoch: event.epoch,
            message: event.message
        )
    }
}
