package import Postgres

/// A place in a server's write-ahead log: a `pg_lsn`, in bytes since the cluster was made.
package struct WALPosition: Hashable, Comparable, Sendable, Codable {
    package let bytes: UInt64

    package init(bytes: UInt64) {
        self.bytes = bytes
    }

    package static func < (left: WALPosition, right: WALPosition) -> Bool { left.bytes < right.bytes }
}

extension WALPosition: LosslessStringConvertible {
    /// Reads PostgreSQL's form, `16/B374D848`.
    package init?(_ description: String) {
        let halves = description.split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count == 2, let high = UInt32(halves[0], radix: 16), let low = UInt32(halves[1], radix: 16) else {
            return nil
        }
        bytes = UInt64(high) << 32 | UInt64(low)
    }

    package var description: String {
        "\(String(bytes >> 32, radix: 16, uppercase: true))/\(String(bytes & 0xFFFF_FFFF, radix: 16, uppercase: true))"
    }
}

/// A position is bound as text, of which the server makes a `pg_lsn`.
extension WALPosition: PostgresEncodable, PostgresDecodable {
    package static var postgresType: PostgresType { .inferred }

    package func encode(into bytes: inout [UInt8]) { description.encode(into: &bytes) }

    package init?(postgresText text: Span<UInt8>) {
        guard let text = String(postgresText: text) else { return nil }
        self.init(text)
    }
}
