/// Reads one RFC 3339 date-time (section 5.6) from UTF-8 text.
struct RFC3339Reader {
    private var rest: String.UTF8View.SubSequence

    init(_ text: String.UTF8View) {
        rest = text[...]
    }

    /// The moment, or nil when the text is not exactly one date-time of a day that exists.
    mutating func read() -> Timestamp? {
        guard
            let year = digits(4), take("-"), let month = digits(2), take("-"), let day = digits(2),
            take("T") || take("t") || take(" "),
            let hour = digits(2), take(":"), let minute = digits(2), take(":"), let second = digits(2),
            let fraction = fraction(), let offset = offset(), rest.isEmpty
        else { return nil }
        let date = CivilDate(year: year, month: month, day: day)
        // A leap second is read as the first moment after it, as PostgreSQL does.
        guard date.exists, hour < 24, minute < 60, second <= 60 else { return nil }
        let seconds = date.daysSinceEpoch * 86_400 + hour * 3600 + minute * 60 + second - offset
        let moment = Timestamp(microseconds: seconds * 1_000_000 + fraction)
        return Timestamp.writable.contains(moment) ? moment : nil
    }

    // MARK: - Private

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard let first = rest.first, UInt32(first) == character.value else { return false }
        rest.removeFirst()
        return true
    }

    private mutating func digits(_ count: Int) -> Int64? {
        var value: Int64 = 0
        for _ in 0..<count {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    private mutating func digit() -> Int64? {
        guard let first = rest.first, (0x30...0x39).contains(first) else { return nil }
        rest.removeFirst()
        return Int64(first - 0x30)
    }

    /// Microseconds; digits beyond the sixth are dropped. Nil for a dot without digits or more than nine of them.
    private mutating func fraction() -> Int64? {
        guard take(".") else { return 0 }
        var value: Int64 = 0
        var count = 0
        while count < 9, let digit = digit() {
            if count < 6 { value = value * 10 + digit }
            count += 1
        }
        guard count > 0 else { return nil }
        for _ in min(count, 6)..<6 { value *= 10 }
        return value
    }

    /// Seconds east of UTC.
    private mutating func offset() -> Int64? {
        if take("Z") || take("z") { return 0 }
        let sign: Int64
        if take("+") { sign = 1 } else if take("-") { sign = -1 } else { return nil }
        guard let hours = digits(2), take(":"), let minutes = digits(2), hours < 24, minutes < 60 else { return nil }
        return sign * (hours * 3600 + minutes * 60)
    }
}
