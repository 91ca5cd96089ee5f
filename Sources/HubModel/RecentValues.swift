/// Values that were used lately: at most two generations of them, and the ones in use are among them.
///
/// A value that is used moves to the young generation; when that is full it becomes the old one, and what the old one held
/// is forgotten.
package struct RecentValues<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private let capacity: Int
    private var young: [Key: Value] = [:]
    private var old: [Key: Value] = [:]

    /// - Parameter capacity: of one generation; 1 or more.
    package init(capacity: Int) {
        precondition(capacity > 0, "a generation holds something")
        self.capacity = capacity
    }

    /// How many are held.
    package var count: Int { young.count + old.count }

    package mutating func find(_ key: Key) -> Value? {
        if let value = young[key] { return value }
        guard let value = old.removeValue(forKey: key) else { return nil }
        insert(value, for: key)
        return value
    }

    package mutating func insert(_ value: Value, for key: Key) {
        if young.count >= capacity {
            old = young
            young = [:]
        }
        young[key] = value
    }
}
