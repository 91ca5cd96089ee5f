import Synchronization

/// What the streams of a copy have to do: to cut each table into ranges, and to copy these.
final class CopyQueue: Sendable {
    enum Item {
        case cut(CarriedTable)
        case copy(KeyRange)
    }

    enum Turn {
        case item(Item)
        /// Another stream cuts a table: ask again.
        case wait
        case done
    }

    private struct State {
        var ranges: [KeyRange] = []
        var tables: [CarriedTable]
        var cutting = 0
    }

    private let state: Mutex<State>

    init(_ tables: [CarriedTable]) {
        state = Mutex(State(tables: tables))
    }

    /// The largest ranges go first: a long one that begins last would be waited for by all.
    func take() -> Turn {
        state.withLock { state in
            if let table = state.tables.popLast() {
                state.cutting += 1
                return .item(.cut(table))
            }
            if let range = state.ranges.popLast() { return .item(.copy(range)) }
            return state.cutting > 0 ? .wait : .done
        }
    }

    /// Adds the ranges of a table that was taken to be cut.
    func add(_ ranges: [KeyRange]) {
        state.withLock { state in
            state.cutting -= 1
            state.ranges += ranges.filter { $0.rows > 0 }
            state.ranges.sort { $0.rows < $1.rows }
        }
    }
}
