import Synchronization

/// A tenant's turn, for whoever has it and finds that it must wait for something that is nobody's fault.
package final class TenantTurn: Sendable {
    /// The turn in which the task runs; nil outside of any.
    @TaskLocal package static var current: TenantTurn?

    private let isOver = Atomic<Bool>(false)
    private let end: @Sendable () -> Void

    init(end: @escaping @Sendable () -> Void) {
        self.end = end
    }

    /// Lets the next of the tenant begin; the task goes on without a turn.
    package func giveUp() {
        if !isOver.exchange(true, ordering: .acquiringAndReleasing) { end() }
    }
}
