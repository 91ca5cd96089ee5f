import Glibc
import Reactor

/// Accepts one successor at a time, confined to a reactor's thread.
final class SuccessorWaiter {
    private let listener: CInt
    private let sockets: [ListeningSocket]
    private let reactor: Reactor
    private let onSuccession: () -> Void
    private var listening: Registration?
    private var successor: (connection: CInt, registration: Registration)?

    /// - Parameters:
    ///   - listener: a listening descriptor that does not block; it is closed in the end.
    ///   - sockets: what a successor is given.
    ///   - onSuccession: called when one serves.
    init(_ listener: CInt, _ sockets: [ListeningSocket], on reactor: Reactor, onSuccession: @escaping () -> Void) {
        self.listener = listener
        self.sockets = sockets
        self.reactor = reactor
        self.onSuccession = onSuccession
    }

    func start() throws(ReactorError) {
        listening = try reactor.register(listener, .readable) { readiness in
            if readiness.contains(.shutdown) { self.listening = nil }
            if self.listening != nil { self.accept() }
        }
    }

    func close() {
        if let listening { reactor.deregister(listening) }
        listening = nil
        Glibc.close(listener)
        leave()
    }

    // MARK: - Private

    private func accept() {
        let connection = Glibc.accept(listener, nil, nil)
        guard connection >= 0 else { return }
        _ = fcntl(connection, F_SETFL, O_NONBLOCK)
        _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
        // While one takes over, another one is told so by the end of its connection.
        guard successor == nil, HandoverSocket.isOwn(connection),
            DescriptorMessage.send(Predecessor.text(of: sockets), sockets.map(\.descriptor), to: connection),
            let registration = try? reactor.register(connection, .readable, handler: { self.hear($0) })
        else {
            Glibc.close(connection)
            return
        }
        successor = (connection, registration)
    }

    private func hear(_ readiness: Readiness) {
        guard let connection = successor?.connection else { return }
        // One that goes without a word has failed to start: everything is as before.
        if !readiness.contains(.shutdown), let message = DescriptorMessage.receive(from: connection) {
            for descriptor in message.descriptors { Glibc.close(descriptor) }
            if message.text == Predecessor.retirement { onSuccession() }
        }
        leave()
    }

    private func leave() {
        guard let left = successor else { return }
        successor = nil
        reactor.deregister(left.registration)
        Glibc.close(left.connection)
    }
}
