/// A position in a server's write-ahead log: PostgreSQL's `pg_lsn`.
package struct LogPosition: RawRepresentable, Hashable, Comparable, Sendable {
    package let rawValue: UInt64

    package init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    package static func < (left: LogPosition, right: LogPosition) -> Bool { left.rawValue < right.rawValue }

    /// Bytes of log from another position to this one; 0 when that one is ahead.
    package func distance(from other: LogPosition) -> UInt64 { other < self ? rawValue - other.rawValue : 0 }
}

extension LogPosition: LosslessStringConvertible {
    /// Reads PostgreSQL's form, such as `16/B374D848`.
    package init?(_ description: String) {
        let halves = description.split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count == 2, let high = UInt32(halves[0], radix: 16), let low = UInt32(halves[1], radix: 16) else {
            return nil
        }
        self.init(rawValue: UInt64(high) << 32 | UInt64(low))
    }

    package var description: String {
        String(rawValue >> 32, radix: 16, uppercase: true) + "/"
            + String(rawValue & 0xFFFF_FFFF, radix: 16, uppercase: true)
    }
}
