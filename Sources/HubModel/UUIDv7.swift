package import FoundationEssentials

/// Makes version 7 UUIDs (RFC 9562 section 5.7): 48 bits of Unix milliseconds, then 74 random bits.
///
/// Ids made this way sort by time to the millisecond, need no sequence, and cannot collide when a tenant moves.
package enum UUIDv7 {
    /// - Parameters:
    ///   - milliseconds: Unix time in milliseconds; only the low 48 bits are used.
    ///   - generator: the source of the 74 random bits.
    package static func make(milliseconds: UInt64, using generator: inout some RandomNumberGenerator) -> UUID {
        let high = milliseconds << 16 | 0x7000 | UInt64.random(in: 0...0x0FFF, using: &generator)
        let low = 0x8000_0000_0000_0000 | UInt64.random(in: 0...0x3FFF_FFFF_FFFF_FFFF, using: &generator)
        func byte(_ word: UInt64, _ index: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: word >> (56 - 8 * index)) }
        return UUID(
            uuid: (
                byte(high, 0), byte(high, 1), byte(high, 2), byte(high, 3),
                byte(high, 4), byte(high, 5), byte(high, 6), byte(high, 7),
                byte(low, 0), byte(low, 1), byte(low, 2), byte(low, 3),
                byte(low, 4), byte(low, 5), byte(low, 6), byte(low, 7)
            )
        )
    }
}

extension Identifier {
    /// A new version 7 id for the given moment, from the system's random source.
    package static func make(at moment: Timestamp) -> Identifier {
        var generator = SystemRandomNumberGenerator()
        let milliseconds = UInt64(max(0, moment.microseconds / 1000))
        return Identifier(UUIDv7.make(milliseconds: milliseconds, using: &generator))
    }
}
