import HubModel
import Observability

/// The texts of the present moment for logs and `Date`, remade only when the second changes.
struct ClockText {
    private var second: Int64 = .min
    private var dateText: [UInt8] = []
    private var stampPrefix: [UInt8] = []

    /// A moment as an HTTP date (RFC 9110 section 5.6.7).
    mutating func date(at now: Timestamp) -> [UInt8] {
        update(to: now)
        return dateText
    }

    /// The moment in RFC 3339 with milliseconds, in UTC: everything up to the fraction, and the milliseconds.
    mutating func stamp() -> (prefix: [UInt8], milliseconds: Int) {
        let now = Timestamp.now()
        update(to: now)
        return (stampPrefix, Int(now.microseconds / 1000 % 1000))
    }

    // MARK: - Private

    private static let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    private mutating func update(to now: Timestamp) {
        let second = now.microseconds / 1_000_000
        guard second != self.second else { return }
        self.second = second
        let text = Timestamp(microseconds: second * 1_000_000).description
        // 2026-11-24T08:38:31Z
        let parts = text.split { "-T:Z".contains($0) }
        guard parts.count == 6, let month = Int(parts[1]) else { return }
        let weekday = ClockText.weekdays[Int(second / 86_400 % 7)]
        let clock = "\(parts[3]):\(parts[4]):\(parts[5])"
        stampPrefix = Array("\(parts[0])-\(parts[1])-\(parts[2])T\(clock).".utf8)
        dateText = Array("\(weekday), \(parts[2]) \(ClockText.months[month - 1]) \(parts[0]) \(clock) GMT".utf8)
    }
}
