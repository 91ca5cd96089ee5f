/// How often a shard's gate has been opened; part of every key, so what an earlier opening left in Redis is never read.
package struct GateEpoch: RawRepresentable, Hashable, Comparable, Sendable {
    package let rawValue: Int64

    package init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    package var next: GateEpoch { GateEpoch(rawValue: rawValue + 1) }

    package static func < (left: GateEpoch, right: GateEpoch) -> Bool { left.rawValue < right.rawValue }
}
