import Glibc
import NIOCore
import Reactor

/// One attempt to connect to an address, confined to the reactor's thread.
final class StreamConnector {
    private let descriptor: CInt
    private let reactor: Reactor
    private var registration: Registration?
    private var timer: TimerID?
    private var completion: ((CInt?) -> Void)?

    /// Connects within a time.
    ///
    /// - Parameter completion: told the descriptor of the connected socket, or nil; perhaps before this returns.
    static func connect(
        to address: SocketAddress,
        within limit: Duration,
        on reactor: Reactor,
        _ completion: @escaping (CInt?) -> Void
    ) {
        guard let descriptor = address.makeSocket() else { return completion(nil) }
        let attempt = StreamConnector(descriptor, on: reactor, completion)
        let status = address.withSockAddr { Glibc.connect(descriptor, $0, socklen_t($1)) }
        if status == 0 { return attempt.finish(isConnected: true) }
        guard errno == EINPROGRESS else { return attempt.finish(isConnected: false) }
        attempt.wait(within: limit)
    }

    // MARK: - Private

    private init(_ descriptor: CInt, on reactor: Reactor, _ completion: @escaping (CInt?) -> Void) {
        self.descriptor = descriptor
        self.reactor = reactor
        self.completion = completion
    }

    private func wait(within limit: Duration) {
        do throws(ReactorError) {
            registration = try reactor.register(descriptor, .writable) { readiness in
                if readiness.contains(.shutdown) { self.registration = nil }
                self.finish(isConnected: !readiness.contains(.shutdown) && self.hasConnected)
            }
            timer = try reactor.schedule(after: limit) { self.finish(isConnected: false) }
        } catch {
            finish(isConnected: false)
        }
    }

    private var hasConnected: Bool {
        var failure: CInt = 0
        var length = socklen_t(MemoryLayout<CInt>.size)
        return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &failure, &length) == 0 && failure == 0
    }

    private func finish(isConnected: Bool) {
        guard let completion else { return }
        self.completion = nil
        if let registration { reactor.deregister(registration) }
        if let timer { reactor.cancel(timer) }
        if !isConnected { Glibc.close(descriptor) }
        completion(isConnected ? descriptor : nil)
    }
}
