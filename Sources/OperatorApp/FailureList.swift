import Topology

/// The failures of a command that goes on with the other things it was asked to do.
struct FailureList {
    private var failures: [OperatorError] = []

    /// Keeps a failure that can be told; one that cannot, such as a cancellation, ends the command.
    mutating func append(_ error: any Error) throws {
        try Task.checkCancellation()
        guard let failure = OperatorError(explaining: error) else { throw error }
        failures.append(failure)
    }

    /// Tells what failed, and no more.
    func tell(in console: Console) {
        for failure in failures { console.note(failure.message) }
    }

    /// Tells what failed.
    ///
    /// - Throws: nothing without a failure; with failures of one kind that kind's status, so that a script can tell an
    ///   unreachable server from a wrong schema; ``ExitStatus/partial`` where they differ.
    func finish(of total: Int, _ things: String, in console: Console) throws {
        guard let first = failures.first else { return }
        if failures.count == 1, total == 1 { throw first }
        tell(in: console)
        let isOneKind = failures.allSatisfy { $0.status == first.status }
        throw OperatorError(isOneKind ? first.status : .partial, "\(failures.count) of \(total) \(things) failed")
    }
}
