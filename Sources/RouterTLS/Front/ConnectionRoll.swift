import NIOCore
import Synchronization

/// The TLS connections that are open, so that all can be told to end.
final class ConnectionRoll: Sendable {
    /// What can be waited for.
    enum Goal {
        /// No connection hands a pair on any more.
        case settled
        /// No connection is left.
        case empty
    }

    private struct State {
        var channels: [ObjectIdentifier: any Channel] = [:]
        /// Of those, the ones that may hand a pair on: they are in their handshake, or speak HTTP/2.
        var unsettled: Set<ObjectIdentifier> = []
        var waiting: [(goal: Goal, continuation: CheckedContinuation<Void, Never>)] = []

        func hasReached(_ goal: Goal) -> Bool {
            switch goal {
            case .settled: unsettled.isEmpty
            case .empty: channels.isEmpty
            }
        }
    }

    private let state = Mutex(State())

    /// Notes a connection until it is closed.
    func add(_ channel: any Channel) {
        let id = ObjectIdentifier(channel)
        state.withLock { state in
            state.channels[id] = channel
            state.unsettled.insert(id)
        }
        channel.closeFuture.whenComplete { _ in
            self.change { state in
                state.channels[id] = nil
                state.unsettled.remove(id)
            }
        }
    }

    /// Notes that a connection has handed on the one pair it had to.
    func settle(_ channel: any Channel) {
        change { _ = $0.unsettled.remove(ObjectIdentifier(channel)) }
    }

    /// Has every connection that is through its handshake end once its requests are answered.
    func drain() {
        for channel in state.withLock({ Array($0.channels.values) }) {
            channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        }
    }

    /// Breaks off what is left.
    func closeAll() {
        for channel in state.withLock({ Array($0.channels.values) }) { channel.close(promise: nil) }
    }

    /// Breaks off what is not settled.
    func closeUnsettled() {
        let channels = state.withLock { state in state.unsettled.compactMap { state.channels[$0] } }
        for channel in channels { channel.close(promise: nil) }
    }

    /// Waits for a goal that is brought about by force at the limit.
    func wait(for goal: Goal, within limit: Duration, force: @escaping @Sendable (ConnectionRoll) -> Void) async {
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                try? await Task.sleep(for: limit)
                if !Task.isCancelled { force(self) }
            }
            await withCheckedContinuation { continuation in
                let isReached = state.withLock { state in
                    let isReached = state.hasReached(goal)
                    if !isReached { state.waiting.append((goal, continuation)) }
                    return isReached
                }
                if isReached { continuation.resume() }
            }
            tasks.cancelAll()
        }
    }

    // MARK: - Private

    private func change(_ update: (inout sending State) -> Void) {
        let reached = state.withLock { state in
            update(&state)
            let waiting = state.waiting
            state.waiting = waiting.filter { !state.hasReached($0.goal) }
            return waiting.filter { state.hasReached($0.goal) }
        }
        for waiter in reached { waiter.continuation.resume() }
    }
}

/// Notes each connection as it is accepted, on the listener's own loop: none is unknown when the listener is closed.
final class RollCall: ChannelInboundHandler, Sendable {
    typealias InboundIn = any Channel

    private let roll: ConnectionRoll

    init(_ roll: ConnectionRoll) {
        self.roll = roll
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        roll.add(unwrapInboundIn(data))
        context.fireChannelRead(data)
    }
}
