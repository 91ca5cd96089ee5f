/// The generation of a tenant's placement: it rises by one each time the tenant changes shards, and never falls.
///
/// A request carries the epoch its router knew; a shard's database serves it only when its own is the same.
package struct Epoch: RawRepresentable, Hashable, Comparable, Sendable, Codable {
    package let rawValue: Int64

    package init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    /// The epoch of a tenant that has never moved.
    package static let first = Epoch(rawValue: 1)

    package var next: Epoch { Epoch(rawValue: rawValue + 1) }

    package static func < (left: Epoch, right: Epoch) -> Bool { left.rawValue < right.rawValue }
}

extension Epoch: LosslessStringConvertible {
    package init?(_ description: String) {
        guard let value = Int64(description), value > 0 else { return nil }
        self.init(rawValue: value)
    }

    package var description: String { String(rawValue) }
}
