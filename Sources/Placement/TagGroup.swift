/// The tags of sixteen neighbouring slots, compared all at once.
///
/// A tag is eight bits of a name's hash, or zero for a free slot. The layout is that of Swiss tables (Abseil, "Swiss
/// Tables Design Notes"); the bytes are compared in two words of eight, so that no vector instructions are needed.
struct TagGroup {
    static let width = 16

    private let low: UInt64
    private let high: UInt64

    init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    /// The tag of a name with this hash; never zero.
    static func tag(of hash: UInt64) -> UInt8 { max(1, UInt8(truncatingIfNeeded: hash)) }

    /// The slots with this tag.
    func slots(tagged tag: UInt8) -> Slots {
        let pattern = UInt64(tag) &* 0x0101_0101_0101_0101
        return Slots(lowZeroes: TagGroup.zeroes(low ^ pattern), highZeroes: TagGroup.zeroes(high ^ pattern))
    }

    var freeSlots: Slots { Slots(lowZeroes: TagGroup.zeroes(low), highZeroes: TagGroup.zeroes(high)) }

    /// A set of slots of one group, in no particular order.
    struct Slots {
        /// Bit 8n stands for slot n, bit 8n + 4 for slot n + 8.
        private var bits: UInt64

        fileprivate init(lowZeroes: UInt64, highZeroes: UInt64) {
            bits = lowZeroes >> 7 | highZeroes >> 3
        }

        var isEmpty: Bool { bits == 0 }

        var first: Int? {
            guard bits != 0 else { return nil }
            let bit = bits.trailingZeroBitCount
            return bit >> 3 | (bit & 4) << 1
        }

        mutating func popFirst() -> Int? {
            guard let first else { return nil }
            bits &= bits &- 1
            return first
        }
    }

    // MARK: - Private

    /// The top bit of each byte that is zero (Warren, "Hacker's Delight", section 6-1; no carry leaves a byte).
    private static func zeroes(_ word: UInt64) -> UInt64 {
        let lowerBits: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
        return ~((word & lowerBits) &+ lowerBits | word | lowerBits)
    }
}
