import Synchronization

/// Where clients write down what they did and were told.
final class Chronicle: Sendable {
    /// A request that was not answered as it should have been.
    struct Failure: Sendable, CustomStringConvertible {
        let client: String
        let request: String
        let backend: String
        /// How often the backend had been started when the request was sent.
        let start: Int
        let begun: Moment
        let ended: Moment
        /// Nil when there was no answer at all.
        let status: Int?
        let reason: String

        var description: String { "\(client), \(request) by \(backend): \(reason) after \(ended - begun)" }
    }

    private struct State {
        var history: History
        var failures: [Failure] = []
        var requests = 0
        var slowest = (duration: Duration.zero, what: "nothing")
    }

    private let state: Mutex<State>

    init() {
        state = Mutex(State(history: History()))
    }

    var history: History { state.withLock { $0.history } }
    var failures: [Failure] { state.withLock { $0.failures } }
    /// How many requests have ended.
    var requests: Int { state.withLock { $0.requests } }
    var slowest: (duration: Duration, what: String) { state.withLock { $0.slowest } }

    func begin(_ item: ItemID, _ state: ItemState) -> Int {
        self.state.withLock { $0.history.begin(item, state) }
    }

    func acknowledge(_ item: ItemID, _ number: Int, at moment: Moment) {
        state.withLock { $0.history.acknowledge(item, number, at: moment) }
    }

    func add(_ reading: Reading) {
        state.withLock { $0.history.add(reading) }
    }

    func add(_ failure: Failure) {
        state.withLock { $0.failures.append(failure) }
    }

    /// Notes how long a request took that was answered.
    func note(_ duration: Duration, _ what: @autoclosure () -> String) {
        state.withLock { state in
            state.requests += 1
            if duration > state.slowest.duration { state.slowest = (duration, what()) }
        }
    }
}
