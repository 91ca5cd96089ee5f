/// An item in Redis under the scripts, transition by transition.
///
/// This is what the Lua scripts are held to; the time is that of Redis.
package struct CacheItemStateMachine<Value: Sendable>: Sendable {
    /// The item; nil when it is absent. An expired one is still here until it is looked at.
    package private(set) var item: CacheItem<Value>?

    package init(_ item: CacheItem<Value>? = nil) {
        self.item = item
    }

    /// What a reader finds; an absent item becomes the reader's to fill.
    package mutating func read(_ token: FillToken, timing: CacheTiming, now: MonotonicTime) -> CacheReading<Value> {
        expire(now)
        switch item {
        case .value(let value, _):
            return .value(value)
        case .lease(let other, _):
            return other == token ? .leased : .leasedByAnother
        case .fence(let writers):
            return .fenced(doubtful: writers.filter { now - $0.value >= timing.fenceDoubt }.keys.sorted())
        case nil:
            item = .lease(token, expiry: now + timing.fillLease)
            return .leased
        }
    }

    /// Fills the item if the token still stands there: nothing was written since the token was set, and nobody is about
    /// to write.
    ///
    /// - Returns: whether it was filled.
    package mutating func fill(_ token: FillToken, _ value: Value, timing: CacheTiming, now: MonotonicTime) -> Bool {
        expire(now)
        guard case .lease(token, _) = item else { return false }
        item = .value(value, expiry: now + timing.valueLifetime)
        return true
    }

    /// From here until the writer's ``unfence(_:)`` nobody finds a value or fills one.
    package mutating func fence(_ writer: WriterID, now: MonotonicTime) {
        guard case .fence(var writers) = item else {
            item = .fence([writer: now])
            return
        }
        item = nil
        writers[writer] = now
        item = .fence(writers)
    }

    /// Takes writers whose transactions have ended from the fence. With the last of them the item is absent; a value or a
    /// lease, which must have come after a fence was lost, goes too.
    package mutating func unfence(_ ended: [WriterID]) {
        guard case .fence(var writers) = item else {
            item = nil
            return
        }
        for writer in ended { writers[writer] = nil }
        item = writers.isEmpty ? nil : .fence(writers)
    }

    // MARK: - Private

    private mutating func expire(_ now: MonotonicTime) {
        switch item {
        case .value(_, let expiry), .lease(_, let expiry):
            if expiry <= now { item = nil }
        case .fence, nil:
            break
        }
    }
}
