import Placement
import Testing

@Suite struct BackendHealthTests {
    private let start = ContinuousClock.now

    private func machine(_ change: (inout BackendHealthStateMachine.Configuration) -> Void = { _ in })
        -> BackendHealthStateMachine
    {
        var configuration = BackendHealthStateMachine.Configuration()
        configuration.requestFailures = 3
        change(&configuration)
        return BackendHealthStateMachine(configuration: configuration)
    }

    @Test("A refused connection ejects at once, and the first probe that succeeds restores")
    func refused() {
        var health = machine()
        #expect(health.requestFailed(.unreachable, now: start) == .ejected(until: nil))
        #expect(health.availability(now: start) == .unavailable)
        #expect(health.requestFailed(.unreachable, now: start) == .none)
        #expect(health.availability(now: start.advanced(by: .seconds(3600))) == .unavailable)
        #expect(health.probeSucceeded(now: start) == .restored)
        #expect(health.availability(now: start) == .available)
    }

    @Test("Broken requests eject only in a row")
    func failuresInARow() {
        var health = machine()
        for _ in 0..<10 {
            #expect(health.requestFailed(.broken, now: start) == .none)
            #expect(health.requestFailed(.broken, now: start) == .none)
            #expect(health.awaitsSuccess)
            #expect(health.requestSucceeded() == .none)
        }
        #expect(health.availability(now: start) == .available)
        #expect(!health.awaitsSuccess)
    }

    @Test("An ejected backend gets one trial after its time, and one more failure doubles the time")
    func halfOpen() {
        var health = machine()
        var now = start
        for _ in 0..<3 { _ = health.requestFailed(.broken, now: now) }
        #expect(health.availability(now: now) == .lastResort)
        now = now.advanced(by: .seconds(1))
        #expect(health.availability(now: now) == .trial)
        health.requestStarted(now: now)
        #expect(health.availability(now: now) == .lastResort)
        #expect(health.requestFailed(.broken, now: now) == .ejected(until: now.advanced(by: .seconds(2))))
        now = now.advanced(by: .milliseconds(1999))
        #expect(health.availability(now: now) == .lastResort)
        now = now.advanced(by: .milliseconds(1))
        health.requestStarted(now: now)
        #expect(health.requestSucceeded() == .restored)
        #expect(health.availability(now: now) == .available)
    }

    @Test("The length of an ejection is bounded, and a long good time forgets old ones")
    func backoffBound() {
        var health = machine()
        var now = start
        var length = Duration.zero
        for _ in 0..<12 {
            var action = BackendHealthStateMachine.Action.none
            while action == .none { action = health.requestFailed(.broken, now: now) }
            guard case .ejected(let until?) = action else { return }
            length = until - now
            now = until
            health.requestStarted(now: now)
            _ = health.requestSucceeded()
        }
        #expect(length == .seconds(30))
        now = now.advanced(by: .seconds(31))
        for _ in 0..<2 { _ = health.requestFailed(.broken, now: now) }
        #expect(health.requestFailed(.broken, now: now) == .ejected(until: now.advanced(by: .seconds(1))))
    }

    @Test("A success of a request that was already under way does not end an ejection")
    func lateSuccess() {
        var health = machine()
        for _ in 0..<3 { _ = health.requestFailed(.broken, now: start) }
        #expect(health.requestSucceeded() == .none)
        #expect(health.availability(now: start) == .lastResort)
    }

    @Test("A trial that never reports back does not keep the backend out")
    func lostTrial() {
        var health = machine()
        for _ in 0..<3 { _ = health.requestFailed(.broken, now: start) }
        let later = start.advanced(by: .seconds(2))
        health.requestStarted(now: later)
        #expect(health.availability(now: later) == .lastResort)
        _ = health.probeSucceeded(now: later)
        #expect(health.availability(now: later) == .trial)
    }

    @Test("Probes that time out eject after two, and one that is refused at once")
    func probes() {
        var health = machine()
        #expect(health.probeFailed(.broken) == .none)
        #expect(health.probeFailed(.broken) == .ejected(until: nil))
        var other = machine()
        #expect(other.probeFailed(.unreachable) == .ejected(until: nil))
        var flapping = machine()
        for _ in 0..<10 {
            #expect(flapping.probeFailed(.broken) == .none)
            #expect(flapping.probeSucceeded(now: start) == .none)
        }
    }
}

@Suite struct BackendPickerTests {
    private typealias Candidate = BackendPicker.Candidate

    @Test("The backend with the fewest outstanding requests is taken, whatever its place")
    func leastOutstanding() {
        var picker = BackendPicker()
        let candidates = [3, 1, 2].map { Candidate(availability: .available, outstanding: $0) }
        for _ in 0..<10 { #expect(picker.pick(count: 3) { candidates[$0] } == 1) }
    }

    @Test("Equal backends take turns")
    func turns() {
        var picker = BackendPicker()
        var counts = [0, 0, 0]
        for _ in 0..<300 {
            let index = picker.pick(count: 3) { _ in Candidate(availability: .available, outstanding: 0) }
            counts[index!] += 1
        }
        #expect(counts == [100, 100, 100])
    }

    @Test("A trial goes before healthy backends, a last resort after them, an unavailable one never")
    func tiers() {
        var picker = BackendPicker()
        let tiers: [BackendHealthStateMachine.Availability] = [.lastResort, .available, .trial, .unavailable]
        func pick(without excluded: Set<Int>) -> Int? {
            picker.pick(count: 4) { excluded.contains($0) ? nil : Candidate(availability: tiers[$0], outstanding: 0) }
        }
        #expect(pick(without: []) == 2)
        #expect(pick(without: [2]) == 1)
        #expect(pick(without: [1, 2]) == 0)
        #expect(pick(without: [0, 1, 2]) == nil)
        #expect(picker.pick(count: 0) { _ in nil } == nil)
    }
}
