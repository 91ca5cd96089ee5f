import Logging
import Observability
import Reactor
import ServiceLifecycle

/// Waits for a successor, gives it the listening sockets, and ends once it serves.
///
/// List it so that the group shuts down when it returns.
struct HandoverDoor: Service {
    let socket: HandoverSocket
    let handover: Handover
    let reactor: Reactor
    let logger: Logger

    func run() async throws {
        // Only who serves can have a successor.
        await cancelWhenGracefulShutdown { for await _ in handover.serving {} }
        guard !Task.isShuttingDownGracefully else { return }
        let waiter: ReactorBound<SuccessorWaiter>
        do {
            waiter = try await reactor.bind { [self] in
                let waiter = SuccessorWaiter(try socket.listen(), handover.sockets.all, on: reactor) {
                    handover.succession.happen()
                }
                try waiter.start()
                return waiter
            }
        } catch {
            // Everything else works: a restart is needed where a successor would have done.
            logger.warning(
                "no successor can take over from this process",
                metadata: .fields([.path: "\(socket.path)", .error: "\(error)"])
            )
            return try await gracefulShutdown()
        }
        await cancelWhenGracefulShutdown { await handover.succession.wait() }
        await waiter.run { $0.close() }
        if handover.succession.hasHappened { logger.notice("a successor has taken over") }
    }
}
