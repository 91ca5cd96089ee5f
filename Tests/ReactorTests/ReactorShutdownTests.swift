import Glibc
import Reactor
import Synchronization
import Testing

private actor Sleeper {
    nonisolated let reactor: Reactor
    private(set) var count = 0

    nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }

    init(_ reactor: Reactor) {
        self.reactor = reactor
    }

    func increment() { count += 1 }

    /// Waits for a descriptor that nothing will ever make readable, and returns the event that ends the wait.
    func wait(_ descriptor: CInt) async throws -> Readiness {
        try await withCheckedThrowingContinuation { continuation in
            do {
                _ = try reactor.register(descriptor, .readable) { continuation.resume(returning: $0) }
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }

    func sleep(_ delay: Duration) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            do {
                _ = try reactor.schedule(after: delay) { continuation.resume() }
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }
}

@Suite("Shutting a reactor down")
struct ReactorShutdownTests {
    @Test("resumes everybody who waits for a descriptor or a timer")
    func waiters() async throws {
        let reactor = try Reactor()
        let sleeper = Sleeper(reactor)
        var ends: [CInt] = [0, 0]
        #expect(pipe(&ends) == 0)
        let (out, into) = (ends[0], ends[1])
        async let event = sleeper.wait(out)
        async let slept: Void = sleeper.sleep(.seconds(3600))
        // Both wait once the actor answers after them.
        for _ in 0..<100 { await sleeper.increment() }
        reactor.shutdown()
        #expect(try await event == .shutdown)
        try await slept
        close(out)
        close(into)
    }

    @Test("lets the jobs of its actors run on, and refuses new descriptors and timers")
    func lateJobs() async throws {
        let reactor = try Reactor()
        let sleeper = Sleeper(reactor)
        reactor.shutdown()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<50 {
                group.addTask { for _ in 0..<100 { await sleeper.increment() } }
            }
        }
        #expect(await sleeper.count == 5000)
        let timer = await #expect(throws: ReactorError.self) { try await sleeper.sleep(.milliseconds(1)) }
        #expect(timer?.code == .shutDown)
        let descriptor = await #expect(throws: ReactorError.self) { try await sleeper.wait(0) }
        #expect(descriptor?.code == .shutDown)
        reactor.shutdown()
    }

    @Test("under load loses no job", arguments: 0..<20)
    func underLoad(round: Int) async throws {
        let reactor = try Reactor()
        let sleeper = Sleeper(reactor)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<10 {
                group.addTask {
                    for step in 0..<500 {
                        await sleeper.increment()
                        if step % 100 == 0 { try? await sleeper.sleep(.microseconds(50)) }
                    }
                }
            }
            group.addTask {
                while await sleeper.count < round * 250 {}
                reactor.shutdown()
            }
        }
        #expect(await sleeper.count == 5000)
    }

    @Test("may be asked for by one of its own jobs")
    func fromWithin() async throws {
        let reactor = try Reactor()
        let sleeper = Sleeper(reactor)
        await withCheckedContinuation { continuation in
            reactor.execute {
                reactor.shutdown()
                continuation.resume()
            }
        }
        await sleeper.increment()
        #expect(await sleeper.count == 1)
    }

    @Test("ends all reactors of a group, which were given out in turn")
    func group() async throws {
        let group = try ReactorGroup(count: 3)
        let given = (0..<7).map { _ in ObjectIdentifier(group.next()) }
        #expect(given == (0..<7).map { ObjectIdentifier(group.reactors[$0 % 3]) })
        group.shutdown()
        let sleeper = Sleeper(group.next())
        await sleeper.increment()
        #expect(await sleeper.count == 1)
    }
}
