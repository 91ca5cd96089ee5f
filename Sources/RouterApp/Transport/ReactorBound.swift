import Reactor

/// A value that belongs to a reactor's thread, on its way through closures that the compiler takes for another thread's.
// Unchecked, because the reactor checks at each use what the compiler cannot see.
struct ReactorBound<Value>: @unchecked Sendable {
    /// The reactor that the value belongs to.
    let reactor: Reactor
    private let bound: Value

    /// Only on the reactor's thread.
    init(_ value: Value, to reactor: Reactor) {
        reactor.checkIsolated()
        self.reactor = reactor
        bound = value
    }

    /// The value; only on the reactor's thread.
    var value: Value {
        reactor.checkIsolated()
        return bound
    }

    /// Does something with the value in turn with everything else on its thread, and does not wait for it.
    func execute(_ body: @escaping @Sendable (Value) -> Void) {
        reactor.execute { body(self.value) }
    }

    /// Does something with the value in turn with everything else on its thread.
    func run<Result: Sendable>(_ body: @escaping @Sendable (Value) -> Result) async -> Result {
        await withCheckedContinuation { continuation in
            reactor.execute { continuation.resume(returning: body(self.value)) }
        }
    }
}

extension Reactor {
    /// Makes a value that belongs to the reactor's thread, on that thread.
    func bind<Value>(_ make: @escaping @Sendable () throws -> Value) async throws -> ReactorBound<Value> {
        try await withCheckedThrowingContinuation { continuation in
            execute { continuation.resume(with: Result { ReactorBound(try make(), to: self) }) }
        }
    }
}
