/// The contents of a Redis server as the scripts see them.
///
/// The Lua scripts are held to this; a simulated server runs it.
package struct CacheKeyspace<Value: Sendable>: Sendable {
    package var sentinel: GateNonce?
    package private(set) var items: [CacheKey: CacheItemStateMachine<Value>] = [:]

    package init(sentinel: GateNonce? = nil) {
        self.sentinel = sentinel
    }

    /// Runs a script.
    package mutating func run(
        _ command: CacheCommand<Value>,
        timing: CacheTiming,
        now: MonotonicTime
    ) -> CacheReply<Value>.Outcome {
        guard sentinel == command.nonce else { return .foreign }
        switch command.operation {
        case .read(let keys, let token):
            return .readings(
                keys.map { key in items[key, default: .init()].read(token, timing: timing, now: now) }
            )
        case .fill(let values, let token):
            var filled = 0
            for (key, value) in values
            where items[key]?.fill(token, value, timing: timing, now: now) == true {
                filled += 1
            }
            return .filled(filled)
        case .fence(let keys, let writer):
            for key in keys { items[key, default: .init()].fence(writer, now: now) }
            return .fenced
        case .unfence(let keys, let ended):
            for key in keys {
                items[key]?.unfence(ended)
                if items[key]?.item == nil { items[key] = nil }
            }
            return .unfenced
        }
    }

    /// Replaces an item whatever it is: what Redis itself may do, by eviction, or an operator.
    package mutating func set(_ key: CacheKey, _ item: CacheItem<Value>?) {
        items[key] = item.map { CacheItemStateMachine($0) }
    }
}
