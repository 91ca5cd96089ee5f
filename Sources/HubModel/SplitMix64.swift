/// The SplitMix64 generator (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014): small, quick,
/// and the same everywhere for the same seed, which is what demo data and simulations need; not for secrets.
package struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    /// A stream of its own for each path of numbers under a seed.
    package init(seed: UInt64, _ path: UInt64...) {
        var mixed = SplitMix64(seed: seed)
        for step in path { mixed = SplitMix64(seed: mixed.next() ^ step) }
        self = mixed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
