import Synchronization

/// A fixed number of reactors, given out in turn.
package final class ReactorGroup: Sendable {
    /// The reactors.
    package let reactors: [Reactor]

    private let last = Atomic<Int>(-1)

    /// Starts the reactors.
    ///
    /// - Parameter count: at least 1.
    package init(count: Int, name: String = "reactor") throws(ReactorError) {
        precondition(count > 0, "a group has at least one reactor")
        var reactors: [Reactor] = []
        for number in 0..<count {
            do throws(ReactorError) {
                reactors.append(try Reactor(name: "\(name)-\(number)"))
            } catch {
                for reactor in reactors { reactor.shutdown() }
                throw error
            }
        }
        self.reactors = reactors
    }

    /// The next reactor, round robin.
    package func next() -> Reactor {
        let number = last.wrappingAdd(1, ordering: .relaxed).newValue
        return reactors[Int(UInt(bitPattern: number) % UInt(reactors.count))]
    }

    /// Shuts all reactors down.
    package func shutdown() {
        for reactor in reactors { reactor.shutdown() }
    }
}
