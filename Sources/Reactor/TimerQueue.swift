/// Names one timer of one reactor.
package struct TimerID: Sendable, Hashable {
    let number: UInt64
}

/// The pending timers, by deadline and then by age: a binary heap, whose cancelled entries are dropped when they surface
/// or when they outnumber the live ones.
struct TimerQueue<Body> {
    private struct Entry {
        let deadline: ContinuousClock.Instant
        let id: UInt64

        static func < (left: Entry, right: Entry) -> Bool {
            left.deadline == right.deadline ? left.id < right.id : left.deadline < right.deadline
        }
    }

    private var heap: [Entry] = []
    private var bodies: [UInt64: Body] = [:]
    private var lastID: UInt64 = 0

    /// The number of timers that are neither fired nor cancelled.
    var count: Int { bodies.count }

    /// Adds a timer.
    mutating func insert(at deadline: ContinuousClock.Instant, _ body: Body) -> TimerID {
        lastID += 1
        bodies[lastID] = body
        heap.append(Entry(deadline: deadline, id: lastID))
        siftUp(from: heap.count - 1)
        return TimerID(number: lastID)
    }

    /// Forgets a timer; no effect on one that fired or was cancelled before.
    mutating func cancel(_ timer: TimerID) {
        guard bodies.removeValue(forKey: timer.number) != nil else { return }
        if heap.count > 64, heap.count > 2 * bodies.count { compact() }
    }

    /// The deadline of the next timer.
    mutating func nextDeadline() -> ContinuousClock.Instant? {
        dropCancelled()
        return heap.first?.deadline
    }

    /// Takes out the next timer that is due at a time.
    mutating func popDue(at now: ContinuousClock.Instant) -> Body? {
        dropCancelled()
        guard let first = heap.first, first.deadline <= now else { return nil }
        removeFirst()
        return bodies.removeValue(forKey: first.id)
    }

    /// Takes out all timers, in the order in which they would have fired.
    mutating func removeAll() -> [Body] {
        let ordered = heap.sorted(by: <).compactMap { bodies[$0.id] }
        heap.removeAll()
        bodies.removeAll()
        return ordered
    }

    // MARK: - Private

    private mutating func dropCancelled() {
        while let first = heap.first, bodies[first.id] == nil { removeFirst() }
    }

    private mutating func compact() {
        heap = heap.filter { bodies[$0.id] != nil }.sorted(by: <)
    }

    private mutating func removeFirst() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        siftDown(from: 0)
    }

    private mutating func siftUp(from start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child] < heap[parent] else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    private mutating func siftDown(from start: Int) {
        var parent = start
        while true {
            var least = parent
            for child in (2 * parent + 1)...(2 * parent + 2) where child < heap.count && heap[child] < heap[least] {
                least = child
            }
            guard least != parent else { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
