import HubModel
import Testing

@testable import Throttling

@Suite("The throttle of sign-ins")
struct LoginThrottleTests {
    private let start = Timestamp(microseconds: 1_700_000_000_000_000)
    private let allowance = LoginAllowance(network: .init(quota: 20, window: .seconds(3600)))
    private let home = LoginAttempt(account: "ada", network: "192.0.2.1")

    private func machine(capacity: Int = 1000) -> LoginThrottleStateMachine {
        LoginThrottleStateMachine(allowance: allowance, capacity: capacity)
    }

    @Test("After five wrong passwords each further one waits, twice as long each time, a quarter of an hour at most")
    func delays() {
        var (machine, now) = (machine(), start)
        var waits: [Duration] = []
        for number in 1...18 {
            let attempt = LoginAttempt(account: "ada", network: "192.0.2.\(number)")
            #expect(machine.take(.wrong, of: attempt, now: now) == nil)
            let wait = machine.take(.look, of: attempt, now: now)
            if number < 5 { #expect(wait == nil) }
            guard let wait else { continue }
            waits.append(wait)
            #expect(machine.take(.right, of: attempt, now: now + wait + .microseconds(-1)) != nil)
            now = now + wait
        }
        #expect(
            waits.map { $0 / .seconds(1) }
                == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900]
        )
    }

    @Test("The right password forgives the account's wrong ones and not the network's")
    func forgiveness() {
        var machine = machine()
        for number in 1...20 {
            let now = start + .seconds(number)
            #expect(machine.take(.wrong, of: home, now: now) == nil)
            #expect(machine.take(.right, of: home, now: now) == (number == 20 ? .seconds(161) : nil))
        }
        let other = LoginAttempt(account: "bob", network: home.network)
        #expect(machine.take(.look, of: other, now: start + .seconds(20)) != nil)
        #expect(machine.take(.look, of: other, now: start + .seconds(200)) == nil)
    }

    @Test("Any number of right passwords costs a network nothing")
    func successes() {
        var machine = machine()
        for number in 1...10_000 {
            let attempt = LoginAttempt(account: "\(number % 50)", network: home.network)
            for step in [LoginStep.look, .right] { #expect(machine.take(step, of: attempt, now: start) == nil) }
        }
    }

    @Test("Wrong passwords over many accounts close their network")
    func spraying() {
        var machine = machine()
        for number in 1...20 {
            let attempt = LoginAttempt(account: "\(number)", network: home.network)
            #expect(machine.take(.wrong, of: attempt, now: start) == nil)
        }
        let next = LoginAttempt(account: "21", network: home.network)
        #expect(machine.take(.look, of: next, now: start) == .seconds(180))
        #expect(machine.take(.look, of: LoginAttempt(account: "21", network: "elsewhere"), now: start) == nil)
    }

    @Test("Of a hundred passwords tried at once no more verdicts are given than of a hundred tried one by one")
    func parallel() {
        var machine = machine()
        let attempts = (1...100).map { LoginAttempt(account: "ada", network: "192.0.2.\($0)") }
        for attempt in attempts { #expect(machine.take(.look, of: attempt, now: start) == nil) }
        let verdicts = attempts.prefix(99).filter { machine.take(.wrong, of: $0, now: start) == nil }
        #expect(verdicts.count == 5)
        #expect(machine.take(.right, of: attempts[99], now: start) != nil, "the right one among them learns nothing")
    }

    @Test("An attacker who never tires does not keep a person out of the place they always sign in from")
    func lockout() {
        var machine = machine()
        #expect(machine.take(.right, of: home, now: start) == nil)
        var now = start
        for number in 1...5000 {
            let attempt = LoginAttempt(account: "ada", network: "198.51.100.\(number % 250)")
            let refused = machine.take(.wrong, of: attempt, now: now)
            if number > 20 && refused == nil { #expect(machine.take(.look, of: attempt, now: now) != nil) }
            if number.isMultiple(of: 10) {
                #expect(machine.take(.right, of: home, now: now) == nil)
            }
            now = now + .seconds(60)
        }
    }

    @Test("A forgotten password is forgiven after a day")
    func fading() {
        var machine = machine()
        for _ in 1...5 { _ = machine.take(.wrong, of: home, now: start) }
        let later = start + .seconds(86_400)
        #expect(machine.take(.wrong, of: home, now: later) == nil)
        #expect(machine.take(.look, of: home, now: later) == nil)
    }

    @Test("A flood of accounts does not make the memory grow, nor an account under attack be forgotten")
    func capacity() {
        var machine = machine(capacity: 100)
        for number in 1...5000 {
            let now = start + .milliseconds(number)
            if number.isMultiple(of: 40) {
                _ = machine.take(.wrong, of: LoginAttempt(account: "ada", network: "n\(number)"), now: now)
            }
            _ = machine.take(.wrong, of: LoginAttempt(account: "\(number)", network: "n\(number)"), now: now)
            #expect(machine.count <= 101)
        }
        #expect(machine.take(.look, of: home, now: start + .seconds(5)) != nil)
    }

    @Test("What two observers know together does not depend on the order, and saying it twice adds nothing")
    func merging() {
        var random = SplitMix64(seed: 42)
        func failures() -> AccountFailures {
            let moments = (0...2).map { _ in Timestamp(microseconds: Int64.random(in: 0...6, using: &random)) }
            return AccountFailures(count: .random(in: 0...4, using: &random), last: moments[0], forgiven: moments[1])
        }
        func merged(_ first: AccountFailures, _ second: AccountFailures) -> AccountFailures {
            var first = first
            first.merge(second)
            return first
        }
        for _ in 1...20_000 {
            let (a, b, c) = (failures(), failures(), failures())
            #expect(merged(a, b) == merged(b, a))
            #expect(merged(a, a) == a)
            #expect(merged(merged(a, b), c) == merged(a, merged(b, c)))
        }
    }

    @Test("Under every schedule of two processes and their shared memory, which is lost now and then, the bounds hold")
    func schedules() {
        for seed in UInt64(1)...300 {
            var random = SplitMix64(seed: seed)
            var processes = [machine(), machine()]
            var shared = LoginFailures()
            var (now, verdicts, losses, outages) = (start, 0, 0, 0)
            for _ in 1...400 {
                now = now + .milliseconds(Int.random(in: 0...2000, using: &random))
                let index = Int.random(in: 0...1, using: &random)
                let isShared = Int.random(in: 0..<10, using: &random) > 0
                if Int.random(in: 0..<100, using: &random) == 0 {
                    shared = LoginFailures()
                    losses += 1
                }
                guard processes[index].take(.wrong, of: home, now: now) == nil else { continue }
                guard isShared else {
                    outages += 1
                    verdicts += 1
                    continue
                }
                let wait = shared.take(.wrong, allowance, now: now)
                processes[index].adopt(shared, of: home, now: now)
                if wait == nil { verdicts += 1 }
            }
            // By themselves the two would be right twice as often as one; each loss can give back one process's worth.
            let elapsed = (now - start) / .seconds(1)
            let alone = 5.0 + 1 + elapsed.squareRoot().rounded(.up)
            #expect(verdicts <= Int(alone) * 2, "seed \(seed): \(verdicts) in \(elapsed) s, \(losses), \(outages)")
        }
    }
}
