import Testing

@testable import Redis

@Suite("Reconnecting")
struct ReconnectStateMachineTests {
    private let start = ContinuousClock.now
    private let backoff = RedisBackoff(base: .milliseconds(100), cap: .seconds(1), stableAfter: .seconds(2))

    @Test("Delays double up to the cap, half fixed and half random")
    func delays() {
        let fixed = (1...6).map { backoff.delay(afterFailures: $0, jitter: 0) }
        #expect(fixed == [50, 100, 200, 400, 500, 500].map { Duration.milliseconds($0) })
        #expect(backoff.delay(afterFailures: 1, jitter: 0.5) == .milliseconds(75))
        #expect(backoff.delay(afterFailures: 1000, jitter: 0.999) < .seconds(1))
    }

    @Test("Failures lengthen the delay until a connection has proved stable")
    func failures() {
        var machine = ReconnectStateMachine(backoff: backoff)
        #expect(machine.start() == .connect)
        #expect(machine.attemptFailed(jitter: 0) == .wait(.milliseconds(50)))
        #expect(machine.lastAttemptFailed)
        #expect(machine.waited() == .connect)
        #expect(machine.lastAttemptFailed)
        #expect(machine.attemptFailed(jitter: 0) == .wait(.milliseconds(100)))
        #expect(machine.waited() == .connect)
        machine.connected(at: start)
        #expect(!machine.lastAttemptFailed)
        #expect(machine.connectionLost(at: start + .seconds(1), isStuck: false, jitter: 0) == .wait(.milliseconds(200)))
        #expect(machine.waited() == .connect)
        machine.connected(at: start)
        #expect(machine.connectionLost(at: start + .seconds(2), isStuck: false, jitter: 0) == .connect)
        #expect(!machine.lastAttemptFailed)
        #expect(machine.attemptFailed(jitter: 0) == .wait(.milliseconds(50)))
    }

    @Test("A stable connection lost to a stuck server is tried again after a delay, in which nobody waits")
    func stuck() {
        var machine = ReconnectStateMachine(backoff: backoff)
        _ = machine.start()
        machine.connected(at: start)
        #expect(machine.connectionLost(at: start + .seconds(60), isStuck: true, jitter: 0) == .wait(.milliseconds(50)))
        #expect(machine.lastAttemptFailed)
    }

    @Test("Once stopped it asks for nothing, whatever is still reported")
    func stopped() {
        var machine = ReconnectStateMachine(backoff: backoff)
        _ = machine.start()
        machine.stop()
        #expect(machine.attemptFailed(jitter: 0) == .nothing)
        machine.connected(at: start)
        #expect(machine.connectionLost(at: start, isStuck: false, jitter: 0) == .nothing)
        #expect(machine.waited() == .nothing)
        #expect(machine.start() == .nothing)
        #expect(machine.state == .stopped)
    }

    @Test("An event out of turn changes nothing")
    func outOfTurn() {
        var machine = ReconnectStateMachine(backoff: backoff)
        #expect(machine.waited() == .nothing)
        #expect(machine.connectionLost(at: start, isStuck: false, jitter: 0) == .nothing)
        #expect(machine.start() == .connect)
        #expect(machine.start() == .nothing)
        #expect(machine.waited() == .nothing)
        #expect(machine.state == .connecting(failures: 0))
    }
}
