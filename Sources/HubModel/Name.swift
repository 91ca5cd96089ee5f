/// A short lower-case name from the topology: letters, digits and inner hyphens, 1–40 characters, letter first.
package struct Name<Kind>: Hashable, Comparable, Sendable {
    package let rawValue: String

    package static var allowedLengths: ClosedRange<Int> { 1...40 }

    package static func < (left: Name, right: Name) -> Bool { left.rawValue < right.rawValue }
}

extension Name: LosslessStringConvertible {
    package init?(_ description: String) {
        let bytes = description.utf8
        let isLetter: (UInt8) -> Bool = { (0x61...0x7A).contains($0) }
        let isDigit: (UInt8) -> Bool = { (0x30...0x39).contains($0) }
        guard
            Name.allowedLengths.contains(bytes.count), let first = bytes.first, isLetter(first), bytes.last != 0x2D,
            bytes.allSatisfy({ isLetter($0) || isDigit($0) || $0 == 0x2D })
        else { return nil }
        rawValue = description
    }

    package var description: String { rawValue }
}

extension Name: Codable {
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let value = Name(text) else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "expected 1–40 lower-case letters, digits and inner hyphens, a letter first"
                )
            )
        }
        self = value
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}

/// The kinds of things that have a ``Name``.
package enum Named {
    package enum Region {}
    package enum Shard {}
    package enum Process {}
}

package typealias RegionID = Name<Named.Region>
package typealias ShardID = Name<Named.Shard>
package typealias ProcessName = Name<Named.Process>
