import Testing

@testable import Reactor

@Suite("The queue of timers")
struct TimerQueueTests {
    @Test("agrees with a sorted list under random insertions, cancellations and expirations")
    func randomised() {
        let start = ContinuousClock.now
        var queue = TimerQueue<Int>()
        var model: [(deadline: Int, number: Int, id: TimerID)] = []
        var number = 0
        var now = 0
        for _ in 0..<20_000 {
            switch Int.random(in: 0..<10) {
            case 0...4:
                number += 1
                let deadline = now + Int.random(in: -5..<50)
                let id = queue.insert(at: start + .microseconds(deadline), number)
                model.append((deadline, number, id))
            case 5...7:
                guard let victim = model.indices.randomElement() else { continue }
                queue.cancel(model[victim].id)
                model.remove(at: victim)
            default:
                now += Int.random(in: 0..<20)
                while let fired = queue.popDue(at: start + .microseconds(now)) {
                    let expected = model.min { ($0.deadline, $0.number) < ($1.deadline, $1.number) }
                    #expect(fired == expected?.number)
                    model.removeAll { $0.number == fired }
                }
                #expect(model.allSatisfy { $0.deadline > now })
            }
            #expect(queue.count == model.count)
            let next = model.map(\.deadline).min().map { start + .microseconds($0) }
            #expect(queue.nextDeadline() == next)
        }
        let rest = model.sorted { ($0.deadline, $0.number) < ($1.deadline, $1.number) }.map(\.number)
        #expect(queue.removeAll() == rest)
        #expect(queue.count == 0)
    }
}
