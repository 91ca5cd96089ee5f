import Glibc
import Reactor
import Synchronization
import Testing

/// An actor that lives on a reactor.
private actor Counter {
    nonisolated let reactor: Reactor
    private(set) var value = 0
    private(set) var log: [Int] = []

    nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }

    init(_ reactor: Reactor) {
        self.reactor = reactor
    }

    func increment() { value += 1 }

    func record(_ number: Int) { log.append(number) }

    func isOnReactor() -> Bool {
        reactor.isIsolatingCurrentContext() == true && name() == "counter"
    }

    private func name() -> String {
        let file = open("/proc/thread-self/comm", O_RDONLY)
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = read(file, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count - 1)), as: UTF8.self)
    }

    /// Resumed by a timer.
    func sleep(_ delay: Duration) async throws {
        try await withCheckedThrowingContinuation { continuation in
            do {
                _ = try reactor.schedule(after: delay) { continuation.resume() }
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }
}

@Suite("A reactor")
struct ReactorTests {
    /// Lends a reactor and ends it.
    private func withReactor<Value>(_ name: String = "test", _ body: (Reactor) async throws -> Value) async throws
        -> Value
    {
        let reactor = try Reactor(name: name)
        do {
            let value = try await body(reactor)
            reactor.shutdown()
            return value
        } catch {
            reactor.shutdown()
            throw error
        }
    }

    @Test("runs the methods of its actors on its own thread, which bears its name")
    func isolation() async throws {
        try await withReactor("counter") { reactor in
            let counter = Counter(reactor)
            #expect(await counter.isOnReactor())
            #expect(reactor.isIsolatingCurrentContext() == false)
            try await onReactor(reactor) {
                counter.assumeIsolated { _ in }
                reactor.checkIsolated()
            }
        }
    }

    @Test("runs a million jobs from many tasks, each once and never two at a time")
    func manyJobs() async throws {
        try await withReactor { reactor in
            let counter = Counter(reactor)
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<100 {
                    group.addTask { for _ in 0..<10_000 { await counter.increment() } }
                }
            }
            #expect(await counter.value == 1_000_000)
        }
    }

    @Test("runs closures and jobs in the order in which they were given")
    func order() async throws {
        try await withReactor { reactor in
            let counter = Counter(reactor)
            for number in 0..<10_000 {
                if number % 2 == 0 {
                    reactor.execute { counter.assumeIsolated { $0.record(number) } }
                } else {
                    await counter.record(number)
                }
            }
            #expect(await counter.log == Array(0..<10_000))
        }
    }

    @Test("does not hop between two of its actors")
    func sharedExecutor() async throws {
        try await withReactor { reactor in
            let first = Counter(reactor)
            let second = Counter(reactor)
            try await onReactor(reactor) {
                first.assumeIsolated { $0.increment() }
                second.assumeIsolated { $0.increment() }
            }
            #expect(await first.value + second.value == 2)
        }
    }

    @Test("fires timers by deadline, and in the order of their setting when deadlines are equal")
    func timers() async throws {
        try await withReactor { reactor in
            let counter = Counter(reactor)
            let start = ContinuousClock.now
            await withCheckedContinuation { continuation in
                reactor.execute {
                    let note = { number in counter.assumeIsolated { $0.record(number) } }
                    _ = try? reactor.schedule(at: start + .milliseconds(30)) {
                        note(5)
                        continuation.resume()
                    }
                    for number in 2...4 { _ = try? reactor.schedule(at: start + .milliseconds(20)) { note(number) } }
                    _ = try? reactor.schedule(at: start - .seconds(1)) { note(1) }
                    let cancelled = try? reactor.schedule(at: start + .milliseconds(10)) { note(-1) }
                    if let cancelled { reactor.cancel(cancelled) }
                    if let cancelled { reactor.cancel(cancelled) }
                }
            }
            #expect(ContinuousClock.now - start >= .milliseconds(30))
            #expect(await counter.log == [1, 2, 3, 4, 5])
        }
    }

    @Test("keeps thousands of timers, most of which are cancelled")
    func manyTimers() async throws {
        try await withReactor { reactor in
            let fired = Atomic<Int>(0)
            let rounds = 20_000
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                reactor.execute {
                    do {
                        let start = ContinuousClock.now
                        for number in 0..<rounds {
                            let timer = try reactor.schedule(at: start + .microseconds(number % 977)) {
                                fired.add(1, ordering: .relaxed)
                            }
                            if number % 10 != 0 { reactor.cancel(timer) }
                        }
                        _ = try reactor.schedule(at: start + .milliseconds(2)) { continuation.resume() }
                    } catch {
                        continuation.resume(throwing: error)
                    }
                }
            }
            #expect(fired.load(ordering: .relaxed) == rounds / 10)
        }
    }

    @Test("tells when a descriptor can be read, can be written, or its peer is gone")
    func readiness() async throws {
        try await withReactor { reactor in
            var ends: [CInt] = [0, 0]
            #expect(socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_NONBLOCK.rawValue), 0, &ends) == 0)
            let (near, far) = (ends[0], ends[1])
            let (events, input) = AsyncStream.makeStream(of: Readiness.self)
            let registration = try await onReactor(reactor) {
                try reactor.register(near, .readable) { readiness in
                    input.yield(readiness)
                    var byte: UInt8 = 0
                    // Level-triggered: what is not read is told again.
                    if readiness.contains(.readable) { _ = read(near, &byte, 1) }
                    if readiness.contains(.hangup) { input.finish() }
                }
            }
            var iterator = events.makeAsyncIterator()
            #expect(write(far, "ab", 2) == 2)
            #expect(await iterator.next() == .readable)
            #expect(await iterator.next() == .readable)
            try await onReactor(reactor) { try reactor.update(registration, [.readable, .writable]) }
            #expect(await iterator.next() == .writable)
            try await onReactor(reactor) { try reactor.update(registration, .readable) }
            close(far)
            var last: Readiness = []
            while let event = await iterator.next() { last = event }
            #expect(last.contains(.hangup) && last.contains(.readable))
            try await onReactor(reactor) {
                reactor.deregister(registration)
                reactor.deregister(registration)
            }
            close(near)
        }
    }

    @Test("delivers nothing to a registration that ended, even when its descriptor number is used again")
    func staleRegistration() async throws {
        try await withReactor { reactor in
            var first: [CInt] = [0, 0]
            var second: [CInt] = [0, 0]
            #expect(pipe(&first) == 0 && pipe(&second) == 0)
            let (firstOut, firstIn, secondOut, secondIn) = (first[0], first[1], second[0], second[1])
            let log = Mutex<[String]>([])
            try await onReactor(reactor) {
                let stale = try reactor.register(firstOut, .readable) { _ in log.withLock { $0.append("stale") } }
                #expect(write(firstIn, "x", 1) == 1)
                reactor.deregister(stale)
                // Closes it and takes its number in one step: between two, the number is anybody's.
                #expect(dup2(secondOut, firstOut) == firstOut)
                let fresh = try reactor.register(firstOut, .readable) { _ in
                    log.withLock { $0.append("fresh") }
                    var byte: UInt8 = 0
                    _ = read(firstOut, &byte, 1)
                }
                // The stale name has no power over the fresh registration.
                reactor.deregister(stale)
                try reactor.update(stale, .writable)
                #expect(fresh != stale)
            }
            #expect(write(secondIn, "y", 1) == 1)
            while log.withLock({ $0.isEmpty }) { await Task.yield() }
            #expect(log.withLock { $0 } == ["fresh"])
            for descriptor in [firstOut, firstIn, secondOut, secondIn] { close(descriptor) }
        }
    }

    @Test("does at the end of a turn, once, what its jobs put off")
    func endOfTurn() async throws {
        try await withReactor { reactor in
            let log = Mutex<[String]>([])
            try await onReactor(reactor) {
                reactor.execute {
                    log.withLock { $0.append("first") }
                    reactor.atEndOfTurn { log.withLock { $0.append("end") } }
                }
                reactor.execute { log.withLock { $0.append("second") } }
            }
            try await onReactor(reactor) {}
            #expect(log.withLock { $0 } == ["first", "second", "end"])
        }
    }

    @Test("refuses descriptors that the kernel refuses, and goes on")
    func badDescriptor() async throws {
        try await withReactor { reactor in
            // What never keeps anybody waiting cannot be waited for.
            let file = open("/dev/null", O_RDONLY | O_CLOEXEC)
            defer { close(file) }
            let error = await #expect(throws: ReactorError.self) {
                try await onReactor(reactor) { _ = try reactor.register(file, .readable) { _ in } }
            }
            #expect(error?.code == .system)
            try await onReactor(reactor) {}
        }
    }

    @Test("looks up names and takes addresses as they are")
    func resolving() async throws {
        try await withReactor { reactor in
            for address in ["127.0.0.1", "::1"] {
                let addresses = try await reactor.addresses(of: address, within: .seconds(1))
                #expect(addresses == [address])
            }
            let local = try await reactor.addresses(of: "localhost", within: .seconds(30))
            #expect(local.contains("127.0.0.1") || local.contains("::1"))
            let error = await #expect(throws: ReactorError.self) {
                try await reactor.addresses(of: "no-such-host.invalid", within: .seconds(30))
            }
            #expect(error?.code == .unresolvable)
        }
    }

    private func onReactor<Value: Sendable>(
        _ reactor: Reactor,
        _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            reactor.execute { continuation.resume(with: Result { try body() }) }
        }
    }
}
