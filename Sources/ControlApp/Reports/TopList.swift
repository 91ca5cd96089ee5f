import HubModel

/// The few tenants of the highest rank among any number of them: a heap that never holds more than its limit.
///
/// Of tenants of one rank the one with the lower id comes first, so that the same tenants are always listed.
struct TopList<Value: Sendable>: Sendable {
    struct Entry: Sendable {
        let tenant: TenantID
        let rank: Double
        let value: Value

        fileprivate func isBefore(_ other: Entry) -> Bool {
            rank != other.rank ? rank > other.rank : tenant < other.tenant
        }
    }

    let limit: Int
    /// A binary heap whose root is the one that would come last.
    private var heap: [Entry] = []

    init(limit: Int) {
        self.limit = limit
    }

    var count: Int { heap.count }

    /// The highest rank first.
    var entries: [Entry] { heap.sorted { $0.isBefore($1) } }

    mutating func add(_ tenant: TenantID, rank: Double, _ value: @autoclosure () -> Value) {
        guard limit > 0 else { return }
        if heap.count == limit, rank < heap[0].rank { return }
        add(Entry(tenant: tenant, rank: rank, value: value()))
    }

    mutating func merge(_ other: TopList) {
        for entry in other.heap { add(entry) }
    }

    // MARK: - Private

    private mutating func add(_ entry: Entry) {
        guard heap.count == limit else {
            heap.append(entry)
            return siftUp(heap.count - 1)
        }
        guard limit > 0, entry.isBefore(heap[0]) else { return }
        heap[0] = entry
        siftDown(0)
    }

    private mutating func siftUp(_ start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[parent].isBefore(heap[child]) else { return }
            heap.swapAt(parent, child)
            child = parent
        }
    }

    private mutating func siftDown(_ start: Int) {
        var parent = start
        while true {
            var last = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[last].isBefore(heap[child]) {
                last = child
            }
            guard last != parent else { return }
            heap.swapAt(parent, last)
            parent = last
        }
    }
}
