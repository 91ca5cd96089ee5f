import HubModel
import Placement
import Testing

@Suite("The choice of a replica")
struct ReplicaSetStateMachineTests {
    private let start = ContinuousClock.now

    private func place(_ log: UInt64, timeline: UInt32 = 1) -> TimelinePosition {
        TimelinePosition(timeline: timeline, log: LogPosition(rawValue: log))
    }

    /// Two replicas that have replayed as far as said.
    private func machine(_ first: UInt64, _ second: UInt64, primary: UInt64 = 100) -> ReplicaSetStateMachine {
        var machine = ReplicaSetStateMachine(count: 2)
        machine.primary(at: place(primary), asked: start)
        machine.replica(0, .following(place(first)), now: start)
        machine.replica(1, .following(place(second)), now: start)
        return machine
    }

    @Test("Those that show what is needed are read from in turn")
    func turns() {
        var machine = machine(100, 100)
        let choices = (0..<4).map { _ in machine.choose(after: place(90), now: start) }
        #expect(choices == [.read(1), .read(0), .read(1), .read(0)])
    }

    @Test("Of two, only the one that is far enough is read from; when none is known to be, the further one is asked")
    func far() {
        var machine = machine(100, 80)
        for _ in 0..<3 { #expect(machine.choose(after: place(90), now: start) == .read(0)) }
        #expect(machine.choose(after: place(110), now: start) == .ask(0))
        machine.replayed(0, place(110))
        #expect(machine.choose(after: place(110), now: start) == .read(0))
    }

    @Test("What was heard too late makes no replica older than it is")
    func late() {
        var machine = machine(100, 80)
        machine.replayed(0, place(70))
        #expect(machine.choose(after: place(90), now: start) == .read(0))
    }

    @Test("A replica that lags too much is not asked until it has caught up, however little is needed")
    func lag() {
        var machine = machine(100, 40)
        machine.primary(at: place(200), asked: start + .seconds(1))
        machine.primary(at: place(300), asked: start + .seconds(2))
        let now = start + .seconds(8)
        machine.primary(at: place(300), asked: now)
        machine.replica(0, .following(place(300)), now: now)
        machine.replica(1, .following(place(150)), now: now)
        #expect(machine.availability(of: 0, now: now) == .serving(lag: .zero))
        #expect(machine.availability(of: 1, now: now) == .lagging(by: .seconds(7)))
        for _ in 0..<3 { #expect(machine.choose(after: place(10), now: now) == .read(0)) }
        machine.replica(1, .following(place(250)), now: now)
        #expect(machine.availability(of: 1, now: now) == .lagging(by: .seconds(6)))
        machine.replica(1, .following(place(300)), now: now)
        #expect(machine.availability(of: 1, now: now) == .serving(lag: .zero))
    }

    @Test("A primary that writes nothing makes no replica lag")
    func quiet() {
        var machine = machine(100, 100)
        for second in 1...100 {
            let now = start + .seconds(second)
            machine.primary(at: place(100), asked: now)
            machine.replica(0, .following(place(100)), now: now)
            #expect(machine.availability(of: 0, now: now) == .serving(lag: .zero))
        }
    }

    @Test(
        "What follows nothing, does not answer or has not been heard of for long is not asked",
        arguments: [ReplicaSetStateMachine.Report.detached, .unreachable]
    )
    func away(_ report: ReplicaSetStateMachine.Report) {
        var machine = machine(100, 100)
        machine.replica(0, report, now: start)
        machine.replayed(0, place(100))
        for _ in 0..<3 { #expect(machine.choose(after: place(90), now: start) == .read(1)) }
        #expect(machine.choose(after: place(90), now: start + .seconds(4)) == .primary)
        #expect(machine.availability(of: 1, now: start + .seconds(4)) == .unknown)
    }

    @Test("A position of another timeline is none")
    func timelines() {
        var machine = machine(100, 100)
        #expect(machine.choose(after: place(90, timeline: 2), now: start) == .primary)
        // A failover: what the replicas of the old primary have is no measure.
        machine.primary(at: place(120, timeline: 2), asked: start)
        machine.replica(0, .following(place(120, timeline: 2)), now: start)
        #expect(machine.availability(of: 1, now: start) == .diverged)
        for _ in 0..<3 { #expect(machine.choose(after: place(110, timeline: 2), now: start) == .read(0)) }
        #expect(machine.choose(after: place(90), now: start) == .primary)
        // Nor does a primary that was replaced and does not know it yet turn that back.
        machine.primary(at: place(130), asked: start + .seconds(1))
        #expect(machine.availability(of: 1, now: start + .seconds(1)) == .diverged)
    }
}
