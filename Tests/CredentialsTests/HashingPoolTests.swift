import Dispatch
import Synchronization
import Testing

@testable import Credentials

@Suite("The pool of hashing threads")
struct HashingPoolTests {
    /// Work that stays on its thread until it is let go.
    private final class Gate: Sendable {
        private let started = DispatchSemaphore(value: 0)
        private let opened = DispatchSemaphore(value: 0)

        func pass() {
            started.signal()
            opened.wait()
        }

        func open() { opened.signal() }

        /// Waits until the work has begun, without holding a thread of the cooperative pool.
        func waitForStart() async {
            await withCheckedContinuation { continuation in
                DispatchQueue.global().async {
                    self.started.wait()
                    continuation.resume()
                }
            }
        }
    }

    private final class Flag: Sendable {
        private let state = Mutex(false)

        var isSet: Bool { state.withLock { $0 } }

        func set() { state.withLock { $0 = true } }
    }

    private func outcome(
        _ pool: HashingPool,
        _ work: @escaping @Sendable () -> Void = {}
    ) async -> PasswordError.Code? {
        do throws(PasswordError) {
            try await pool.run(work)
            return nil
        } catch {
            return error.code
        }
    }

    /// Waits, within a bound, for something that another task is about to do.
    private func until(_ condition: () -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(10)
        while !condition() {
            try #require(ContinuousClock.now < deadline)
            await Task.yield()
        }
    }

    @Test("A thousand jobs of a hundred tasks all end, each with its own result")
    func manyJobs() async throws {
        let pool = HashingPool(threads: 2, queueLimit: 1000)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<100 {
                group.addTask {
                    for number in 0..<10 {
                        let result = try await pool.run { task * 10 + number }
                        #expect(result == task * 10 + number)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test("As many jobs run at a time as there are threads")
    func parallel() async {
        let pool = HashingPool(threads: 2, queueLimit: 10)
        let gates = [Gate(), Gate()]
        await withTaskGroup(of: PasswordError.Code?.self) { group in
            for gate in gates { group.addTask { await outcome(pool) { gate.pass() } } }
            for gate in gates { await gate.waitForStart() }
            for gate in gates { gate.open() }
            for await result in group { #expect(result == nil) }
        }
    }

    @Test("A job beyond the bound of the queue is refused at once, and those within it are done")
    func busy() async throws {
        let pool = HashingPool(threads: 1, queueLimit: 2)
        let gate = Gate()
        try await withThrowingTaskGroup(of: PasswordError.Code?.self) { group in
            group.addTask { await outcome(pool) { gate.pass() } }
            await gate.waitForStart()
            for _ in 0..<2 { group.addTask { await outcome(pool) } }
            try await until { pool.waiting == 2 }
            #expect(await outcome(pool) == .busy)
            gate.open()
            for try await result in group { #expect(result == nil) }
        }
    }

    @Test("A cancelled task is answered at once, and its job is never begun")
    func cancelledWhileWaiting() async throws {
        let pool = HashingPool(threads: 1, queueLimit: 1)
        let gate = Gate()
        let hasRun = Flag()
        try await withThrowingTaskGroup(of: PasswordError.Code?.self) { group in
            group.addTask { await outcome(pool) { gate.pass() } }
            await gate.waitForStart()
            let waiting = Task { await outcome(pool) { hasRun.set() } }
            try await until { pool.waiting == 1 }
            waiting.cancel()
            #expect(await waiting.value == .cancelled)
            // The place in the queue is free again.
            group.addTask { await outcome(pool) }
            try await until { pool.waiting == 1 }
            gate.open()
            for try await result in group { #expect(result == nil) }
        }
        #expect(!hasRun.isSet)
    }

    @Test("A task that is cancelled before it asks gets no work done")
    func cancelledBefore() async {
        let pool = HashingPool(threads: 1, queueLimit: 1)
        let gate = Gate()
        await withTaskGroup(of: PasswordError.Code?.self) { group in
            group.addTask { await outcome(pool) { gate.pass() } }
            await gate.waitForStart()
            let late = Task {
                // Ends when the task is cancelled, which leaves it cancelled.
                try? await Task.sleep(for: .seconds(3600))
                return await outcome(pool)
            }
            late.cancel()
            #expect(await late.value == .cancelled)
            #expect(pool.waiting == 0)
            gate.open()
            for await result in group { #expect(result == nil) }
        }
    }

    @Test("Two thousand jobs cancelled at any moment all end, and the pool still works")
    func cancellationStorm() async {
        let pool = HashingPool(threads: 2, queueLimit: 64)
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<2000 {
                group.addTask {
                    let job = Task { await outcome(pool) }
                    if number % 2 == 0 { await Task.yield() }
                    job.cancel()
                    let result = await job.value
                    #expect([nil, .busy, .cancelled].contains(result))
                }
            }
        }
        #expect(await outcome(pool) == nil)
        #expect(pool.waiting == 0)
    }

    @Test("The stop fails those who wait, lets the running job end, and refuses later ones")
    func stop() async throws {
        let pool = HashingPool(threads: 1, queueLimit: 10)
        let gate = Gate()
        try await withThrowingTaskGroup(of: PasswordError.Code?.self) { group in
            group.addTask { await outcome(pool) { gate.pass() } }
            await gate.waitForStart()
            for _ in 0..<5 { group.addTask { await outcome(pool) } }
            try await until { pool.waiting == 5 }
            pool.stop()
            #expect(await outcome(pool) == .stopped)
            gate.open()
            var results: [PasswordError.Code?] = []
            for try await result in group { results.append(result) }
            #expect(results.count { $0 == .stopped } == 5)
            #expect(results.count { $0 == nil } == 1)
        }
    }
}
