/// The prepared statements of one connection, by their text and the types of their parameters.
///
/// A pure value: it names statements and decides which one makes room; the connection prepares and deallocates them.
struct StatementCache {
    /// What identifies a statement.
    struct Key: Hashable {
        let sql: String
        let types: [UInt32]
    }

    /// What to do to run a statement.
    enum Use: Equatable {
        /// It is prepared, or its preparation is on its way.
        case known(String)
        /// It must be prepared under a new name, after the evicted statement (if any) was deallocated.
        case prepare(String, evicted: String?)
    }

    private struct Entry {
        let name: String
        var lastUse: UInt64
    }

    private let capacity: Int
    private var entries: [Key: Entry] = [:]
    private var uses: UInt64 = 0
    private var lastName: UInt64 = 0

    init(capacity: Int) {
        self.capacity = capacity
    }

    /// The number of statements.
    var count: Int { entries.count }

    /// Looks a statement up, and takes it in if it is new.
    mutating func use(_ key: Key) -> Use {
        uses += 1
        if let name = touch(key) { return .known(name) }
        let evicted = entries.count >= capacity ? evictLeastRecentlyUsed() : nil
        lastName += 1
        let name = "s\(lastName)"
        entries[key] = Entry(name: name, lastUse: uses)
        return .prepare(name, evicted: evicted)
    }

    /// Forgets a statement that was not prepared or is no longer valid, unless it has been prepared anew since.
    mutating func forget(_ key: Key, name: String) {
        guard entries[key]?.name == name else { return }
        entries[key] = nil
    }

    /// The name of a statement without counting a use.
    func name(of key: Key) -> String? { entries[key]?.name }

    // MARK: - Private

    private mutating func touch(_ key: Key) -> String? {
        guard let index = entries.index(forKey: key) else { return nil }
        entries.values[index].lastUse = uses
        return entries.values[index].name
    }

    private mutating func evictLeastRecentlyUsed() -> String? {
        guard let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse }) else { return nil }
        return entries.removeValue(forKey: oldest.key)?.name
    }
}
