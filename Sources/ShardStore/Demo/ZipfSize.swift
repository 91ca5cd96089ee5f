import HubModel

/// Sizes as they are in the world: few large, many small, with a given mean.
enum ZipfSize {
    /// So many classes of size; the k-th is 1/k of the first (Zipf's law with exponent 1).
    private static let classes = 64

    /// The sum of 1/k over the classes.
    private static let harmonic = (1...classes).reduce(0.0) { $0 + 1 / Double($1) }

    /// A size with this mean: from about a fifth of it to fourteen times as much.
    static func draw(mean: Int, using generator: inout SplitMix64) -> Int {
        let rank = Int.random(in: 1...classes, using: &generator)
        let exact = Double(mean) * Double(classes) / harmonic / Double(rank)
        // Rounding up or down by chance keeps the mean even when it is small.
        let whole = exact.rounded(.down)
        return Int(whole) + (Double.random(in: 0..<1, using: &generator) < exact - whole ? 1 : 0)
    }
}
