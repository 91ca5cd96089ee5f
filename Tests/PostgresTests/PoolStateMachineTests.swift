import Testing

@testable import Postgres

@Suite("The decisions of a pool")
struct PoolStateMachineTests {
    @Test("break no rule under random schedules, and everybody gets an answer", arguments: 0..<40 as Range<UInt64>)
    func randomSchedules(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<5 {
            let maximum = Int.random(in: 1...5, using: &random)
            let limits = PostgresPoolLimits(
                minimum: Int.random(in: 0...maximum, using: &random),
                maximum: maximum,
                maximumWaiting: Int.random(in: 1...20, using: &random),
                acquireTimeout: .seconds(5),
                idleTimeout: .seconds(20),
                healthCheckInterval: .seconds(8),
                maximumLifetime: .seconds(60)
            )
            var world = PoolSimulation(limits)
            // Some servers are down for a while, some callers give up, some connections break.
            var isUp = true
            for _ in 0..<400 {
                if Int.random(in: 0..<60, using: &random) == 0 { isUp.toggle() }
                step(&world, isUp: isUp, &random)
            }
            settle(&world, &random)
            #expect(world.violations.isEmpty, "seed \(seed)")
            #expect(world.waiting.isEmpty, "seed \(seed)")
            world.drain()
            while let id = world.leased.first { world.release(id, isReusable: true) }
            while let id = world.checking.first { world.finishCheck(id, isHealthy: true) }
            #expect(world.hasEnded, "seed \(seed)")
            #expect(world.violations.isEmpty, "seed \(seed)")
        }
    }

    private func step(_ world: inout PoolSimulation, isUp: Bool, _ random: inout SeededGenerator) {
        switch Int.random(in: 0..<12, using: &random) {
        case 0...2: world.acquire()
        case 3:
            if let waiter = world.waiting.keys.sorted(by: { $0.number < $1.number }).randomElement(using: &random) {
                world.depart(waiter)
            }
        case 4, 5:
            guard let id = world.leased.randomElement(using: &random) else { return }
            world.release(id, isReusable: Int.random(in: 0..<10, using: &random) > 0)
        case 6, 7:
            guard let id = world.connecting.randomElement(using: &random) else { return }
            world.finishConnecting(id, succeeds: isUp && Int.random(in: 0..<10, using: &random) > 0)
        case 8: if let id = world.checking.randomElement(using: &random) { world.finishCheck(id, isHealthy: isUp) }
        case 9:
            guard !isUp || Int.random(in: 0..<5, using: &random) == 0,
                let id = world.alive.sorted(by: { $0.number < $1.number }).randomElement(using: &random)
            else { return }
            world.lose(id)
        default: world.advance(.milliseconds(Int.random(in: 0..<3000, using: &random)))
        }
    }

    /// The server comes back for good and every user returns what it has.
    private func settle(_ world: inout PoolSimulation, _ random: inout SeededGenerator) {
        for _ in 0..<200 {
            while let id = world.connecting.first { world.finishConnecting(id, succeeds: true) }
            while let id = world.checking.first { world.finishCheck(id, isHealthy: true) }
            while let id = world.leased.first { world.release(id, isReusable: true) }
            if world.waiting.isEmpty { return }
            world.advance(.milliseconds(100))
        }
    }

    @Test("are to open one connection for each caller that waits, up to the maximum")
    func growth() {
        var world = PoolSimulation(PostgresPoolLimits(maximum: 3))
        for expected in [1, 2, 3, 3] {
            world.acquire()
            #expect(world.connecting.count == expected)
        }
        world.finishConnecting(world.connecting[0], succeeds: true)
        #expect(world.leased.count == 1)
        #expect(world.waiting.count == 3)
    }

    @Test("are to lend the connection used last, so that the others can expire")
    func lastInFirstOut() {
        var world = PoolSimulation(PostgresPoolLimits(maximum: 3, idleTimeout: .seconds(60)))
        for _ in 0..<3 { world.acquire() }
        while let id = world.connecting.first { world.finishConnecting(id, succeeds: true) }
        for id in world.leased { world.release(id, isReusable: true) }
        for _ in 0..<20 {
            world.acquire()
            world.advance(.seconds(5))
            while let id = world.checking.first { world.finishCheck(id, isHealthy: true) }
            world.release(world.leased[0], isReusable: true)
        }
        #expect(world.alive.count == 1)
    }

    @Test("are to keep the minimum, also when it breaks")
    func minimum() {
        var world = PoolSimulation(PostgresPoolLimits(minimum: 2, maximum: 3))
        world.advance(.zero)
        #expect(world.connecting.count == 2)
        while let id = world.connecting.first { world.finishConnecting(id, succeeds: true) }
        world.lose(world.alive.first!)
        #expect(world.connecting.count == 1)
    }

    @Test("are to refuse callers soon while the server is down, and one attempt at a time is made, ever later")
    func outage() {
        let limits = PostgresPoolLimits(maximum: 4, acquireTimeout: .seconds(30), failFastAfter: .milliseconds(500))
        var world = PoolSimulation(limits)
        for _ in 0..<4 { world.acquire() }
        #expect(world.connecting.count == 4)
        while let id = world.connecting.first { world.finishConnecting(id, succeeds: false) }
        #expect(world.machine.statistics.isDown)
        world.advance(.milliseconds(499))
        #expect(world.refusals.isEmpty)
        world.advance(.milliseconds(1))
        #expect(world.refusals == Array(repeating: .serverDown, count: 4))
        #expect(world.connecting.count <= 1)

        var attempts = 0
        for _ in 0..<600 {
            world.acquire()
            world.advance(.milliseconds(100))
            while let id = world.connecting.first {
                attempts += 1
                world.finishConnecting(id, succeeds: false)
            }
        }
        // A minute with pauses of 1.5 s (2 s, shortened by a quarter), and the short ones at the beginning.
        #expect((35...50).contains(attempts))
        #expect(world.violations.isEmpty)
        #expect(world.machine.statistics.failedFast > 500)
    }

    @Test("are to serve everybody again as soon as one attempt succeeds")
    func recovery() {
        var world = PoolSimulation(PostgresPoolLimits(maximum: 2))
        world.acquire()
        world.finishConnecting(world.connecting[0], succeeds: false)
        world.acquire()
        world.advance(.milliseconds(100))
        #expect(world.connecting.count == 1)
        world.finishConnecting(world.connecting[0], succeeds: true)
        #expect(!world.machine.statistics.isDown)
        #expect(world.leased.count == 1)
        #expect(world.connecting.count == 1)
    }

    @Test("are to refuse at once when too many wait, and after a while when no connection comes back")
    func exhaustion() {
        let limits = PostgresPoolLimits(maximum: 1, maximumWaiting: 2, acquireTimeout: .seconds(5))
        var world = PoolSimulation(limits)
        world.acquire()
        world.finishConnecting(world.connecting[0], succeeds: true)
        for _ in 0..<3 { world.acquire() }
        #expect(world.refusals == [.tooManyWaiting])
        world.advance(.seconds(5))
        #expect(world.refusals == [.tooManyWaiting, .timeout, .timeout])
    }

    @Test("are to try connections out that were not used for a while, and to close those that fail")
    func healthChecks() {
        var world = PoolSimulation(PostgresPoolLimits(maximum: 1, healthCheckInterval: .seconds(30)))
        world.acquire()
        world.finishConnecting(world.connecting[0], succeeds: true)
        world.release(world.leased[0], isReusable: true)
        world.advance(.seconds(29))
        #expect(world.checking.isEmpty)
        world.advance(.seconds(4))
        #expect(world.checking.count == 1)
        world.acquire()
        #expect(world.leased.isEmpty)
        world.finishCheck(world.checking[0], isHealthy: true)
        #expect(world.leased.count == 1)
        world.release(world.leased[0], isReusable: true)
        world.advance(.seconds(33))
        world.finishCheck(world.checking[0], isHealthy: false)
        #expect(world.alive.isEmpty)
    }

    @Test("are to replace connections that are too old")
    func lifetime() {
        let limits = PostgresPoolLimits(
            minimum: 1,
            maximum: 1,
            healthCheckInterval: .seconds(3600),
            maximumLifetime: .seconds(60)
        )
        var world = PoolSimulation(limits)
        world.advance(.zero)
        let first = world.connecting[0]
        world.finishConnecting(first, succeeds: true)
        world.advance(.seconds(65))
        #expect(!world.alive.contains(first))
        #expect(world.connecting.count == 1)
    }

    @Test("are to refuse everybody at the end, and to close what comes back")
    func draining() {
        var world = PoolSimulation(PostgresPoolLimits(maximum: 1))
        world.acquire()
        world.acquire()
        world.finishConnecting(world.connecting[0], succeeds: true)
        world.drain()
        #expect(world.refusals == [.closed])
        #expect(!world.hasEnded)
        world.release(world.leased[0], isReusable: true)
        #expect(world.hasEnded)
        #expect(world.alive.isEmpty)
        world.acquire()
        #expect(world.refusals == [.closed, .closed])
    }
}
