import Logging
import ServiceLifecycle

/// Who served before this router, and who will.
package final class Handover: Sendable {
    let sockets: RouterSockets
    let succession = Succession()
    /// Ends when this process serves.
    let serving: AsyncStream<Never>
    private let servingBegins: AsyncStream<Never>.Continuation

    init(_ sockets: RouterSockets) {
        self.sockets = sockets
        (serving, servingBegins) = AsyncStream.makeStream()
    }

    /// Waits for the directory when there is a predecessor, who has one; or for the shutdown.
    func waitToServe(_ board: SnapshotBoard, _ logger: Logger) async {
        guard sockets.predecessor != nil else { return }
        logger.info("takes over from the router that runs, once the directory is known")
        await cancelWhenGracefulShutdown { await board.waitForFirst() }
    }

    /// Connections are accepted.
    func beginToServe() {
        sockets.predecessor?.retire()
        servingBegins.finish()
    }
}
