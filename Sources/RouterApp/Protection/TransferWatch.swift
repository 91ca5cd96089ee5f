/// Notices a client that sends a body, or takes an answer, so slowly that it can only mean to keep us busy. Pure.
///
/// It looks at what has passed in windows of time, and only at windows in which nobody but the client was waited for.
struct TransferWatch {
    /// How much must pass.
    struct Rate: Sendable {
        /// Bytes in each window; 0 for any.
        var bytes: Int
        var window: Duration
    }

    private struct Window {
        let end: Tick
        let bytes: Int
    }

    private var window: Window?

    /// Looks at a transfer, at each sweep.
    ///
    /// - Parameters:
    ///   - bytes: that have passed in all.
    ///   - isWaiting: nothing but the client holds the transfer up now.
    mutating func isTooSlow(_ rate: Rate, bytes: Int, isWaiting: Bool, now: Tick) -> Bool {
        guard isWaiting, rate.bytes > 0 else {
            window = nil
            return false
        }
        guard let present = window else {
            window = Window(end: now.after(rate.window), bytes: bytes)
            return false
        }
        guard present.end <= now else { return false }
        window = nil
        return bytes - present.bytes < rate.bytes
    }
}
