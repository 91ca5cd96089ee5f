/// A moment as whole microseconds since 1970-01-01T00:00:00Z, the resolution of PostgreSQL's `timestamptz`.
///
/// Its text and JSON form is RFC 3339 in UTC with as many fraction digits as it needs (none, 3 or 6).
package struct Timestamp: Hashable, Comparable, Sendable {
    /// Microseconds since the Unix epoch; negative before it.
    package let microseconds: Int64

    package init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// The moments that have a text form both here and in PostgreSQL: those of the years 1–9999 in UTC. RFC 3339 has four
    /// digits for a year, and PostgreSQL has no year 0.
    package static let writable =
        Timestamp(
            microseconds: -62_135_596_800_000_000
        )..<Timestamp(
            microseconds: 253_402_300_800_000_000
        )

    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.microseconds < right.microseconds }

    package static func + (left: Timestamp, right: Duration) -> Timestamp {
        let (seconds, attoseconds) = right.components
        return Timestamp(microseconds: left.microseconds + seconds * 1_000_000 + attoseconds / 1_000_000_000_000)
    }

    package static func - (left: Timestamp, right: Timestamp) -> Duration {
        .microseconds(left.microseconds - right.microseconds)
    }

    /// The first moment of its day in UTC.
    package var startOfDay: Timestamp {
        let (_, inDay) = microseconds.quotientAndRemainderFlooring(dividingBy: Timestamp.day)
        return Timestamp(microseconds: microseconds - inDay)
    }

    /// Microseconds of a day.
    private static let day: Int64 = 86_400_000_000
}

extension Timestamp: LosslessStringConvertible {
    /// Reads an RFC 3339 date-time (`2025-12-22T14:30:00Z`, `…+02:00`, a fraction of 1–9 digits) of the years 1–9999; nil
    /// for anything else.
    package init?(_ description: String) {
        var reader = RFC3339Reader(description.utf8)
        guard let moment = reader.read() else { return nil }
        self = moment
    }

    package var description: String {
        var text = ""
        text.reserveCapacity(27)
        let (days, inDay) = microseconds.quotientAndRemainderFlooring(dividingBy: Timestamp.day)
        let date = CivilDate(daysSinceEpoch: days)
        let (seconds, fraction) = inDay.quotientAndRemainder(dividingBy: 1_000_000)
        text.append(padded: date.year, width: 4)
        text.append("-")
        text.append(padded: date.month, width: 2)
        text.append("-")
        text.append(padded: date.day, width: 2)
        text.append("T")
        text.append(padded: seconds / 3600, width: 2)
        text.append(":")
        text.append(padded: seconds / 60 % 60, width: 2)
        text.append(":")
        text.append(padded: seconds % 60, width: 2)
        if fraction != 0 {
            text.append(".")
            if fraction % 1000 == 0 {
                text.append(padded: fraction / 1000, width: 3)
            } else {
                text.append(padded: fraction, width: 6)
            }
        }
        text.append("Z")
        return text
    }
}

extension Timestamp: Codable {
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let value = Timestamp(text) else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "expected an RFC 3339 time such as 2025-12-22T14:30:00Z"
                )
            )
        }
        self = value
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension String {
    fileprivate mutating func append(padded value: Int64, width: Int) {
        let digits = String(value)
        for _ in 0..<max(0, width - digits.utf8.count) { append("0") }
        append(digits)
    }
}
