import DequeModule

/// Matches replies to the requests of one connection: first in, first out, a request being one or more commands.
///
/// Pure: it holds waiters but never resumes them. `Waiter` is whatever the caller must wake, `Instant` whatever it
/// calls time.
struct CommandPipelineStateMachine<Waiter, Instant: Comparable> {
    /// Names a request for its cancellation.
    struct RequestID: Hashable, Sendable {
        fileprivate let sequence: UInt64
    }

    /// What to do with a reply.
    enum Received {
        /// It completes a request: wake the waiter with all the request's replies.
        case complete(Waiter, [RedisReply])
        /// It belongs to a request that misses further replies, or to one that was cancelled.
        case keep
        /// Nothing was asked: the stream cannot be trusted any more.
        case unsolicited
    }

    private struct Request {
        /// `nil` once cancelled: the replies are drained and dropped, so that those behind them still match.
        var waiter: Waiter?
        var missing: Int
        var replies: [RedisReply] = []
        /// The position in the outgoing stream just past the request's first command.
        let firstCommandEnd: UInt64
        let deadline: Instant
    }

    private var requests = Deque<Request>()
    private var oldestSequence: UInt64 = 0
    private var acceptedBytes: UInt64 = 0
    private var writtenBytes: UInt64 = 0

    init() {}

    /// Whether no reply is missing.
    var isIdle: Bool { requests.isEmpty }

    /// The number of replies still to come.
    private(set) var missingReplies = 0

    /// The time by which the oldest request wants its replies; later requests want theirs no earlier.
    var oldestDeadline: Instant? { requests.first?.deadline }

    /// The name the next request will get.
    var nextRequestID: RequestID { RequestID(sequence: oldestSequence + UInt64(requests.count)) }

    /// Takes a request into the outgoing stream.
    ///
    /// - Parameters:
    ///   - waiter: `nil` if nobody waits for the replies, which are then dropped.
    ///   - replies: the number of its commands and so of the replies it will get, at least 1.
    ///   - firstCommandByteCount: the length of its first command on the wire.
    ///   - byteCount: its whole length on the wire.
    ///   - deadline: not before that of any request accepted earlier.
    mutating func accept(
        _ waiter: Waiter?,
        replies: Int,
        firstCommandByteCount: Int,
        byteCount: Int,
        deadline: Instant
    ) {
        let firstCommandEnd = acceptedBytes + UInt64(firstCommandByteCount)
        acceptedBytes += UInt64(byteCount)
        missingReplies += replies
        requests.append(
            Request(waiter: waiter, missing: replies, firstCommandEnd: firstCommandEnd, deadline: deadline)
        )
    }

    /// Notes that the kernel took so many further bytes of the outgoing stream.
    mutating func wrote(_ byteCount: Int) {
        writtenBytes += UInt64(byteCount)
    }

    /// Gives the next reply of the incoming stream to the request it answers.
    mutating func received(_ reply: RedisReply) -> Received {
        guard !requests.isEmpty else { return .unsolicited }
        missingReplies -= 1
        requests[0].missing -= 1
        if requests[0].waiter != nil { requests[0].replies.append(reply) }
        guard requests[0].missing == 0 else { return .keep }
        let request = requests.removeFirst()
        oldestSequence += 1
        guard let waiter = request.waiter else { return .keep }
        return .complete(waiter, request.replies)
    }

    /// Forgets the waiter of a request, whose replies will be dropped.
    ///
    /// - Returns: the waiter to wake, or `nil` if the request is complete, failed or cancelled already.
    mutating func cancel(_ id: RequestID) -> Waiter? {
        guard id.sequence >= oldestSequence else { return nil }
        let index = Int(id.sequence - oldestSequence)
        guard index < requests.count, let waiter = requests[index].waiter else { return nil }
        requests[index].waiter = nil
        requests[index].replies = []
        return waiter
    }

    /// Ends all requests, because the connection is closed.
    ///
    /// - Returns: the waiters to wake in the order of their requests, each with what is known about its commands: the
    ///   server executes nothing of a request unless the kernel took the whole of its first command.
    mutating func failAll() -> [(waiter: Waiter, delivery: RedisError.Delivery)] {
        let failed = requests.compactMap { request in
            request.waiter.map { waiter -> (waiter: Waiter, delivery: RedisError.Delivery) in
                (waiter, request.firstCommandEnd <= writtenBytes ? .mayHaveExecuted : .notSent)
            }
        }
        oldestSequence += UInt64(requests.count)
        requests.removeAll()
        missingReplies = 0
        return failed
    }
}
