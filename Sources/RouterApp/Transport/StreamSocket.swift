import DequeModule
import Glibc
import NIOCore
import Reactor

/// A connected TCP socket on a reactor, confined to its thread.
///
/// It costs a request what the kernel asks for and little else: one `recv` and one `send` for each side, no pipeline,
/// no promises, and no change of the epoll set unless one side must wait for the other. Counted by strace under
/// `compose/bench router`: 2.00 `recvfrom`, 2.00 `sendto`, 0.05 `epoll_wait` and 0.01 `epoll_ctl` for each request of
/// 64 busy connections. By perf, the kernel has half of the router's time, its own code a quarter, Swift's runtime (retains,
/// releases and exclusivity checks) a seventh, `malloc` and copying a twelfth; no function of ours more than a fiftieth.
final class StreamSocket {
    private let reactor: Reactor
    private let area: ReceiveArea
    private let descriptor: CInt
    /// Nil before the start and after the end.
    private var registration: Registration?
    private var owner: (any StreamSocketOwner)?
    private var interest: Readiness = .readable
    private var pending: Deque<ByteBuffer> = []
    private var pendingBytes = 0
    private var onSent: (() -> Void)?
    private var receivesMuch = false
    /// A send has failed: it ends with the present turn.
    private var isBroken = false
    /// Whether more may be written without filling memory with what the peer does not take.
    private(set) var isWritable = true

    /// Bytes that wait to be sent from which a socket counts as not writable, and below which it is again.
    private static let highWater = 64 * 1024
    private static let lowWater = 32 * 1024
    /// Pieces that one socket may receive before others have their turn.
    private static let fairShare = 4

    /// - Parameter descriptor: of a connected socket that does not block; it is closed in the end.
    init(_ descriptor: CInt, on reactor: Reactor, area: ReceiveArea) {
        self.descriptor = descriptor
        self.reactor = reactor
        self.area = area
        setOption(IPPROTO_TCP, TCP_NODELAY, CInt(1))
    }

    /// Begins to receive; the owner is kept until the end.
    func start(_ owner: any StreamSocketOwner) {
        self.owner = owner
        do throws(ReactorError) {
            registration = try reactor.register(descriptor, interest) { self.handle($0) }
        } catch {
            end(cleanly: false)
        }
    }

    // MARK: Sending

    /// Puts bytes in line; ``flush()`` sends them.
    func write(_ bytes: ByteBuffer) {
        guard owner != nil, !isBroken else { return }
        pendingBytes += bytes.readableBytes
        pending.append(bytes)
        guard isWritable, pendingBytes > StreamSocket.highWater else { return }
        isWritable = false
        owner?.writabilityChanged()
    }

    /// Sends bytes past the line, when nobody is in it.
    ///
    /// - Returns: how many the kernel took; nil when the connection has ended.
    func sendAtOnce(_ bytes: ByteBuffer) -> Int? {
        guard owner != nil, !isBroken else { return nil }
        return pending.isEmpty ? send(bytes, hasMore: false) : 0
    }

    /// Sends as much as the kernel takes; the rest follows when it takes more.
    func flush() {
        while let first = pending.first {
            guard let count = send(first, hasMore: pending.count > 1) else { return }
            pendingBytes -= count
            if count == first.readableBytes {
                pending.removeFirst()
            } else {
                pending[0].moveReaderIndex(forwardBy: count)
                break
            }
        }
        watch(.writable, !pending.isEmpty)
        if pending.isEmpty, let body = onSent {
            onSent = nil
            body()
        }
        guard !isWritable, pendingBytes < StreamSocket.lowWater else { return }
        isWritable = true
        owner?.writabilityChanged()
    }

    /// Calls `body` once everything that was flushed has been sent; never when the connection ends before.
    func whenSent(_ body: @escaping () -> Void) {
        guard owner != nil else { return }
        if pending.isEmpty { body() } else { onSent = body }
    }

    /// Tells the peer that nothing more will come.
    func closeOutput() {
        guard owner != nil else { return }
        shutdown(descriptor, CInt(SHUT_WR))
    }

    // MARK: Receiving

    /// Takes notice again of what comes, if ``StreamSocketOwner/mayRead`` was false before.
    func resumeReading() { watch(.readable, true) }

    // MARK: Ending

    /// Closes now; what is not sent is lost.
    ///
    /// - Parameter reset: the peer is told that the connection broke.
    func close(reset: Bool = false) {
        if reset, owner != nil { setOption(SOL_SOCKET, SO_LINGER, Glibc.linger(l_onoff: 1, l_linger: 0)) }
        end(cleanly: true)
    }

    // MARK: - Private

    private func handle(_ readiness: Readiness) {
        if readiness.contains(.shutdown) {
            registration = nil
            return end(cleanly: false)
        }
        if readiness.contains(.writable) { flush() }
        guard readiness.contains(.readable), let owner else { return }
        if owner.mayRead {
            receive()
        } else if readiness.contains(.hangup) {
            // It would be reported again and again.
            end(cleanly: false)
        } else if owner.endsWithPeer, hasPeerClosed {
            end(cleanly: true)
        } else {
            watch(.readable, false)
        }
    }

    /// Whether the peer has sent its last, and nothing of it is left to be received.
    private var hasPeerClosed: Bool {
        var byte: UInt8 = 0
        return recv(descriptor, &byte, 1, CInt(MSG_PEEK)) == 0
    }

    private func receive() {
        for _ in 0..<StreamSocket.fairShare {
            guard let owner, owner.mayRead else { break }
            switch area.receive(from: descriptor, isLong: receivesMuch, isKept: owner.keepsPieces) {
            case .piece(let piece, let isFull):
                receivesMuch = isFull || receivesMuch && piece.readableBytes > 4096
                owner.received(piece)
                if isFull { continue }
            case .nothing:
                break
            case .end:
                owner.receivedAll()
                return end(cleanly: true)
            case .failed:
                owner.receivedAll()
                return end(cleanly: false)
            }
            break
        }
        owner?.receivedAll()
    }

    /// - Returns: how many bytes the kernel took, or nil when the connection is broken.
    private func send(_ bytes: ByteBuffer, hasMore: Bool) -> Int? {
        let flags = CInt(MSG_NOSIGNAL) | (hasMore ? CInt(MSG_MORE) : 0)
        let count = bytes.withUnsafeReadableBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, flags) }
        if count >= 0 { return count }
        if errno == EAGAIN || errno == EINTR { return 0 }
        // Whoever sends is in the middle of something: the end is told when that is done.
        isBroken = true
        pending.removeAll()
        pendingBytes = 0
        onSent = nil
        reactor.atEndOfTurn { self.end(cleanly: false) }
        return nil
    }

    private func watch(_ readiness: Readiness, _ isWanted: Bool) {
        let wanted = isWanted ? interest.union(readiness) : interest.subtracting(readiness)
        guard wanted != interest, let registration else { return }
        interest = wanted
        do throws(ReactorError) {
            try reactor.update(registration, interest)
        } catch {
            reactor.atEndOfTurn { self.end(cleanly: false) }
        }
    }

    private func end(cleanly: Bool) {
        guard let owner else { return }
        self.owner = nil
        onSent = nil
        pending.removeAll()
        pendingBytes = 0
        if let registration { reactor.deregister(registration) }
        registration = nil
        Glibc.close(descriptor)
        owner.ended(cleanly: cleanly)
    }

    private func setOption<Value>(_ level: some BinaryInteger, _ name: CInt, _ value: Value) {
        withUnsafeBytes(of: value) {
            _ = setsockopt(descriptor, CInt(level), name, $0.baseAddress, socklen_t($0.count))
        }
    }
}
