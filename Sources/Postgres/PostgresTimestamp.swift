package import FoundationEssentials

/// A moment in whole microseconds, which is what a `timestamptz` holds.
package struct PostgresTimestamp: Sendable, Hashable, Comparable {
    /// Microseconds since 1970-01-01 00:00:00 UTC.
    package let microseconds: Int64

    /// The moment at which the server's own count begins, 2000-01-01.
    private static let serverEpoch: Int64 = 946_684_800_000_000

    package init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// A date, cut to microseconds.
    package init(_ date: Date) {
        microseconds = Int64((date.timeIntervalSince1970 * 1_000_000).rounded(.down))
    }

    package static func < (left: Self, right: Self) -> Bool { left.microseconds < right.microseconds }
}

extension PostgresTimestamp: PostgresArrayElement {
    package static var postgresType: PostgresType { .timestamptz }
    package static var elementType: PostgresType { .timestamptz }
    package static var arrayType: PostgresType { PostgresType(objectID: 1185) }

    package func encode(into bytes: inout [UInt8]) {
        bytes.append(bigEndian: microseconds - Self.serverEpoch)
    }
}

extension PostgresTimestamp: PostgresDecodable {
    /// Reads the ISO form of a timestamp, a timestamptz or a date; a zone that is not written is UTC. Neither infinities
    /// nor years before Christ are moments.
    package init?(postgresText text: Span<UInt8>) {
        var cursor = TextCursor()
        guard let year = cursor.number(in: text), cursor.skip("-", in: text),
            let month = cursor.number(in: text), cursor.skip("-", in: text),
            let day = cursor.number(in: text), (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        var seconds = Self.daysSince1970(year: year, month: month, day: day) * 86_400
        var fraction: Int64 = 0
        if cursor.skip(" ", in: text) {
            guard let hour = cursor.number(in: text), cursor.skip(":", in: text),
                let minute = cursor.number(in: text), cursor.skip(":", in: text),
                let second = cursor.number(in: text)
            else { return nil }
            seconds += hour * 3600 + minute * 60 + second
            if cursor.skip(".", in: text) {
                guard let digits = cursor.fraction(places: 6, in: text) else { return nil }
                fraction = digits
            }
            if let zone = cursor.zone(in: text) { seconds -= zone }
        }
        guard cursor.position == text.count else { return nil }
        self.init(microseconds: seconds * 1_000_000 + fraction)
    }

    /// Days from civil: H. Hinnant, "chrono-compatible low-level date algorithms".
    private static func daysSince1970(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
