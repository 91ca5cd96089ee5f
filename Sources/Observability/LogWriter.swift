import Dispatch
import Glibc
import Synchronization

/// Writes log lines to a descriptor from a thread of its own, so that a slow reader of the log never slows the process.
///
/// Lines wait in a buffer of bounded size; when it is full, lines are dropped, and one line says how many as soon as
/// there is room again.
package final class LogWriter: Sendable {
    private struct State {
        var buffer: [UInt8] = []
        var droppedSinceTold = 0
        var droppedInAll = 0
        /// Whether the thread has taken a buffer that it has not finished writing.
        var isWriting = false
        var isStopped = false
        /// Signalled as soon as nothing is left to be written.
        var waiters: [DispatchSemaphore] = []
    }

    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)
    private let descriptor: Int32
    private let capacity: Int

    /// Starts the thread, which lives until ``stop()``.
    /// - Parameters:
    ///   - descriptor: stays open as long as the writer is in use.
    ///   - capacity: the size of the buffer in bytes.
    package init(descriptor: Int32, capacity: Int = 1 << 20) {
        self.descriptor = descriptor
        self.capacity = capacity
        let context = Unmanaged.passRetained(self).toOpaque()
        var thread = pthread_t()
        let status = pthread_create(
            &thread,
            nil,
            { context in
                Unmanaged<LogWriter>.fromOpaque(context!).takeRetainedValue().run()
                return nil
            },
            context
        )
        precondition(status == 0, "no thread for the log: error \(status)")
        pthread_detach(thread)
    }

    /// The writer of the process's standard error stream.
    package static let standardError = LogWriter(descriptor: STDERR_FILENO)

    /// How many lines were dropped since the start.
    package var droppedLines: Int { state.withLock { $0.droppedInAll } }

    /// Hands over one line or more, their line breaks included. Never waits for the descriptor.
    package func write(_ lines: [UInt8]) {
        let mustWake = state.withLock { state in
            guard !state.isStopped, state.buffer.count + lines.count <= capacity else {
                let dropped = lines.count { $0 == UInt8(ascii: "\n") }
                state.droppedSinceTold += dropped
                state.droppedInAll += dropped
                return false
            }
            let wasEmpty = state.buffer.isEmpty
            if state.droppedSinceTold > 0 {
                state.buffer += LogWriter.notice(dropped: state.droppedSinceTold)
                state.droppedSinceTold = 0
            }
            state.buffer += lines
            return wasEmpty
        }
        if mustWake { wake.signal() }
    }

    /// Waits until everything handed over has been written, or the time is over.
    package func flush(within limit: Duration) {
        let done = DispatchSemaphore(value: 0)
        let mustWait = state.withLock { state in
            guard state.isWriting || !state.buffer.isEmpty else { return false }
            state.waiters.append(done)
            return true
        }
        let (seconds, attoseconds) = limit.components
        let nanoseconds = Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
        if mustWait { _ = done.wait(timeout: .now() + .nanoseconds(nanoseconds)) }
    }

    /// Ends the thread once it has written what it has.
    package func stop() {
        state.withLock { $0.isStopped = true }
        wake.signal()
    }

    // MARK: - Private

    private static func notice(dropped count: Int) -> [UInt8] {
        var line = JSONText()
        line.member(LogField.level.rawValue, "warning")
        line.member(LogField.message.rawValue, "log lines dropped")
        line.member("dropped", String(count))
        return line.closed() + [UInt8(ascii: "\n")]
    }

    private func run() {
        // Signals are for the other threads; and a reader that has gone must not end the process by SIGPIPE.
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_BLOCK, &all, nil)
        while true {
            wake.wait()
            while let batch = take() { put(batch) }
            if state.withLock({ $0.isStopped && $0.buffer.isEmpty }) { return }
        }
    }

    private func take() -> [UInt8]? {
        state.withLock { state in
            guard !state.buffer.isEmpty else {
                state.isWriting = false
                for waiter in state.waiters { waiter.signal() }
                state.waiters = []
                return nil
            }
            state.isWriting = true
            defer { state.buffer = [] }
            return state.buffer
        }
    }

    /// Writes it all; gives up on a descriptor that takes no more.
    private func put(_ batch: [UInt8]) {
        batch.withUnsafeBytes { bytes in
            var offset = 0
            while offset < bytes.count {
                let count = Glibc.write(descriptor, bytes.baseAddress! + offset, bytes.count - offset)
                if count >= 0 {
                    offset += count
                } else if errno == EAGAIN {
                    var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    poll(&waiting, 1, -1)
                } else if errno != EINTR {
                    return
                }
            }
        }
    }
}
