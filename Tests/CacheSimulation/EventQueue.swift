/// What will happen, by time and, at one time, in the order in which it was planned: a binary heap.
struct EventQueue {
    struct Event {
        /// Microseconds of the simulation's time.
        var time: Int64
        let sequence: UInt64
        /// The backend that does it, in that incarnation; nil for servers and the network.
        let actor: (backend: Int, incarnation: Int)?
        let body: () -> Void
    }

    private var heap: [Event] = []
    private var sequence: UInt64 = 0

    mutating func plan(at time: Int64, by actor: (backend: Int, incarnation: Int)?, _ body: @escaping () -> Void) {
        sequence += 1
        insert(Event(time: time, sequence: sequence, actor: actor, body: body))
    }

    /// Puts back an event whose time has not come yet; among those of its new time it keeps its place.
    mutating func insert(_ event: Event) {
        heap.append(event)
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard precedes(child, parent) else { break }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    mutating func next() -> Event? {
        guard let last = heap.popLast() else { return nil }
        guard let first = heap.first else { return last }
        heap[0] = last
        var parent = 0
        while true {
            var least = 2 * parent + 1
            guard least < heap.count else { break }
            if least + 1 < heap.count, precedes(least + 1, least) { least += 1 }
            guard precedes(least, parent) else { break }
            heap.swapAt(least, parent)
            parent = least
        }
        return first
    }

    mutating func removeAll() {
        heap.removeAll()
    }

    // MARK: - Private

    private func precedes(_ left: Int, _ right: Int) -> Bool {
        (heap[left].time, heap[left].sequence) < (heap[right].time, heap[right].sequence)
    }
}
