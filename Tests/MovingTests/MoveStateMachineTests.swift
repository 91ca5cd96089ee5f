import HubModel
import Moving
import Testing

struct MoveStateMachineTests {
    @Test("A move is copied, catches up and rests verified")
    func verifies() {
        var move = Rehearsal(.fixture())
        move.run()
        #expect(
            move.steps == [
                .claim, .claim, .clear, .publish, .copy, .subscribe, .catchUp, .openReverse, .verify,
            ]
        )
        #expect(move.record.state == .verified)
        #expect(move.record.isConsistent)
    }

    @Test("A switch freezes before it reads the position, commits before it opens, and releases before it leaves")
    func switches() {
        var move = Rehearsal(.fixture(.verified, wish: .switch))
        move.run()
        #expect(
            move.steps == [
                .claim, .claim, .warm, .hold, .freeze, .mark, .drain, .check, .turn, .commit, .open, .release, .leave,
                .follow,
            ]
        )
        #expect(move.record.state == .switched)
        #expect(move.record.serving == .target)
        #expect(move.record.epoch == Epoch.first.next)
        #expect(move.record.wish == nil)
    }

    @Test("A reversal switches back and leaves nothing at the target")
    func reverses() {
        var move = Rehearsal(.fixture(.switched, wish: .reverse))
        move.run()
        #expect(move.steps.suffix(4) == [.leave, .dropStreams, .deleteTarget, .checkEmpty])
        #expect(!move.steps.contains(.openReverse))
        #expect(move.record.state == .reversed)
        #expect(move.record.serving == .source)
    }

    @Test("Completing and cancelling end where nothing more happens")
    func ends() {
        var completed = Rehearsal(.fixture(.switched, wish: .complete))
        completed.run()
        #expect(completed.record.state == .completed)
        var cancelled = Rehearsal(.fixture(.failed, wish: .cancel))
        cancelled.run()
        #expect(cancelled.record.state == .cancelled)
        #expect(cancelled.record.legalWishes.isEmpty)
    }

    @Test("A failure before the commit aborts, by the giving shard and the directory alone", arguments: pause)
    func aborts(_ step: MoveStep) {
        var move = Rehearsal(.fixture(.verified, wish: .switch))
        move.run(until: step)
        move.fail(.transient)
        #expect(move.decision.action == .perform(.unfreeze))
        #expect(!move.record.isPastPointOfNoReturn)
        move.run(until: .resumeForward)
        #expect(move.steps.suffix(2) == [.unfreeze, .unhold])
        #expect(move.record.state == .catchingUp)
        #expect(move.record.epoch == Epoch.first.next)
        #expect(move.record.serving == .source)
        move.run()
        #expect(move.record.state == .switched)
    }

    @Test("After three aborts in a row the operator decides")
    func givesUp() {
        var move = Rehearsal(.fixture(.verified, wish: .switch))
        for _ in 1...3 {
            move.run(until: .drain)
            move.fail(.overdue)
        }
        move.run()
        #expect(move.record.state == .verified)
        #expect(move.record.problem?.code == .overdue)
        #expect(move.record.aborts == 3)
        #expect(move.record.wish == nil)
    }

    @Test("A difference found within the switch aborts it, and it is not tried again")
    func refusesDifference() {
        var move = Rehearsal(.fixture(.verified, wish: .switch))
        move.run(until: .check)
        move.fail(.refused)
        move.run()
        #expect(move.record.state == .verified)
        #expect(move.record.wish == nil)
    }

    @Test("After the commit every failure is tried again", arguments: [MoveStep.open, .release, .leave, .follow])
    func rollsForward(_ step: MoveStep) {
        var move = Rehearsal(.fixture(.verified, wish: .switch))
        move.run(until: step)
        for code in [MoveProblem.Code.transient, .refused, .copyLost, .overdue, .unknown] {
            move.fail(code)
            move.run(until: step)
            #expect(move.record.step == step)
            #expect(move.record.isPastPointOfNoReturn)
        }
        move.run()
        #expect(move.record.state == .switched)
    }

    @Test("An adopter aborts a switch between freeze and commit, claims only the giving shard for it", arguments: pause)
    func adoptsWithinPause(_ step: MoveStep) {
        var first = Rehearsal(.fixture(.verified, wish: .switch))
        first.run(until: step)
        var adopter = Rehearsal(first.record)
        #expect(adopter.decision.action == .claim(.source))
        adopter.run(until: .unhold)
        #expect(adopter.steps == [.claim, .unfreeze])
    }

    @Test("An adopter of a committed switch opens the receiving shard and waits for no other")
    func adoptsAfterCommit() {
        var first = Rehearsal(.fixture(.verified, wish: .switch))
        first.run(until: .open)
        var adopter = Rehearsal(first.record)
        #expect(adopter.decision.action == .claim(.target))
        adopter.run(until: .release)
        #expect(adopter.steps == [.claim, .open])
        adopter.run()
        #expect(adopter.record.state == .switched)
    }

    @Test("A copy dies with its mover and is made again under the next generation")
    func copiesAgain() {
        var first = Rehearsal(.fixture())
        first.run(until: .copy)
        var adopter = Rehearsal(first.record)
        #expect(adopter.record.step == .clear)
        #expect(adopter.record.generation == MoveGeneration.first.next)
        #expect(adopter.decision.journalling == .required)
        adopter.run(until: .copy)
        adopter.fail(.transient)
        #expect(adopter.record.generation.rawValue == 3)
        #expect(adopter.decision.action == .wait(.milliseconds(50)))
    }

    @Test("What ended without an answer is taken anew, and every shard claimed again")
    func takesAnew() {
        var move = Rehearsal(.fixture())
        move.run(until: .subscribe)
        move.fail(.unknown)
        #expect(move.decision.action == .adopt)
        move.run(until: .subscribe)
        #expect(move.steps.suffix(1) == [.claim])
        #expect(move.record.attempt.rawValue == 2)
        move.fail(.superseded)
        #expect(move.decision.action == .stop)
    }

    @Test("Nothing is journalled by necessity between the hold and the commit, nor until the release")
    func journalsLittleInPause() {
        var move = Rehearsal(.fixture(.verified, wish: .switch))
        for step in [MoveStep.freeze, .mark, .drain, .check, .turn, .commit, .open, .release] {
            move.run(until: step)
            #expect(move.decision.journalling != .required, "\(step)")
        }
        move.run(until: .leave)
        #expect(move.decision.journalling == .written)
    }

    @Test("A refusal while copying fails the move, which is copied again when the operator resumes it")
    func failsAndResumes() {
        var move = Rehearsal(.fixture())
        move.run(until: .verify)
        move.fail(.refused)
        #expect(move.record.state == .failed)
        #expect(move.record.problem?.message == "planted")
        move.wish(.resume)
        #expect(move.record.step == .clear)
        #expect(move.record.generation == MoveGeneration.first.next)
        #expect(move.record.problem == nil)
    }

    @Test("A wish to cancel is granted as soon as what is in flight has ended, well or badly")
    func cancelsWhenItCan() {
        for code in [nil, MoveProblem.Code.transient, .refused] {
            var move = Rehearsal(.fixture())
            move.run(until: .subscribe)
            move.wish(.cancel)
            #expect(move.record.state == .copying)
            if let code { move.fail(code) } else { move.run(until: .dropStreams) }
            #expect(move.record.state == .cancelling)
        }
    }

    @Test("Waits double up to a bound, which is short while people wait")
    func backsOff() {
        let timing = MoveTiming()
        #expect(timing.backoff(after: 1, isUrgent: false) == .milliseconds(50))
        #expect(timing.backoff(after: 4, isUrgent: false) == .milliseconds(400))
        #expect(timing.backoff(after: 1_000_000, isUrgent: false) == .seconds(30))
        #expect(timing.backoff(after: 1_000_000, isUrgent: true) == .milliseconds(500))
    }

    @Test("A wish is refused with those that would be granted")
    func refusesWishes() throws {
        let refusal = try #require(throws: MoveRefusal.self) { try MoveRecord.fixture(.switched).wishing(.cancel) }
        #expect(refusal.legal == [.complete, .reverse])
        #expect(
            refusal.description
                == "'cancel' is not possible while the move is switched; complete, reverse can be asked for"
        )
    }

    private static let pause: [MoveStep] = [.freeze, .mark, .drain, .check, .turn, .commit]
}
