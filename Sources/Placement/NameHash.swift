/// A keyed 64-bit hash of a short name, for the routing table's slots.
///
/// People choose the names, so the key is random per process: nobody can prepare names that fall into one slot. The
/// mixing is the folded 64 × 64 → 128-bit multiplication of wyhash (Wang Yi), on words read with overlap at the end.
struct NameHash {
    private let seed: UInt64

    init(seed: UInt64) {
        self.seed = seed
    }

    @inline(__always)
    func callAsFunction(_ name: RawSpan) -> UInt64 {
        let count = name.byteCount
        var state = seed ^ UInt64(truncatingIfNeeded: count) &* NameHash.firstFactor
        var offset = 0
        while count - offset > 8 {
            state = NameHash.fold(state ^ name.word(at: offset), NameHash.firstFactor)
            offset += 8
        }
        return NameHash.fold(state ^ name.lastWord(), NameHash.secondFactor)
    }

    // MARK: - Private

    private static let firstFactor: UInt64 = 0xA076_1D64_78BD_642F
    private static let secondFactor: UInt64 = 0xE703_7ED1_A0B4_28DB

    private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }
}

extension RawSpan {
    /// Eight bytes at `offset`, which the caller knows to be inside.
    func word(at offset: Int) -> UInt64 {
        unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
    }

    /// The last (up to) eight bytes as one word; bytes are read twice rather than one at a time.
    @inline(__always)
    func lastWord() -> UInt64 {
        let count = byteCount
        if count >= 8 { return word(at: count - 8) }
        if count >= 4 {
            let low = unsafeLoadUnaligned(fromByteOffset: 0, as: UInt32.self)
            let high = unsafeLoadUnaligned(fromByteOffset: count - 4, as: UInt32.self)
            return UInt64(low) | UInt64(high) << 32
        }
        if count == 0 { return 0 }
        let first = unsafeLoadUnaligned(fromByteOffset: 0, as: UInt8.self)
        let middle = unsafeLoadUnaligned(fromByteOffset: count / 2, as: UInt8.self)
        let last = unsafeLoadUnaligned(fromByteOffset: count - 1, as: UInt8.self)
        return UInt64(first) | UInt64(middle) << 8 | UInt64(last) << 16
    }

    /// Whether both hold the same bytes.
    @inline(__always)
    func hasSameBytes(as other: RawSpan) -> Bool {
        guard byteCount == other.byteCount else { return false }
        var offset = 0
        while byteCount - offset > 8 {
            guard word(at: offset) == other.word(at: offset) else { return false }
            offset += 8
        }
        return lastWord() == other.lastWord()
    }
}
