import HubModel
import MoveLoad
import Observability
import Testing

@Suite("Judging a ledger")
struct LedgerTests {
    private let task = LedgerItem(kind: .task, writer: 1, number: 7)
    private let id = ObjectID(TaskID.make(at: .now()).uuid)

    @Test("A title names its item and its write, and nothing else is taken for one")
    func titles() throws {
        let parsed = try #require(LedgerItem.parse(task.title(12)))
        #expect(parsed.item == task)
        #expect(parsed.write == 12)
        for title in ["Launch", "task-1-7", "task-1 write 2", "user-1-7 write 2", "task-1-7 write two"] {
            #expect(LedgerItem.parse(title) == nil)
        }
    }

    @Test("What was acknowledged is there, once: no violation")
    func balanced() {
        let ledger = written(3)
        #expect(violations(ledger, [3], updates: 2).isEmpty)
    }

    @Test("A write that is lost is found: its row, its newest state, its place in the trail")
    func lost() {
        let ledger = written(3)
        #expect(rules(ledger, [], updates: 2) == [.lost])
        #expect(rules(ledger, [2], updates: 2) == [.lost])
        #expect(rules(ledger, [3], updates: 1) == [.lost])
        #expect(rules(ledger, [3], creations: 0, updates: 2) == [.lost])
    }

    @Test("A write that is doubled is found: a second row, a second entry of the trail")
    func doubled() {
        let ledger = written(3)
        #expect(rules(ledger, [3, 3], updates: 2) == [.doubled])
        #expect(rules(ledger, [3, 2], updates: 2) == [.doubled])
        #expect(rules(ledger, [3], creations: 2, updates: 2) == [.doubled])
        #expect(rules(ledger, [3], updates: 3) == [.doubled])
    }

    @Test("A write whose answer was lost may be there or not, once, unless somebody saw it")
    func unanswered() {
        var ledger = written(2)
        _ = ledger.begin(.alter, task)
        ledger.send(task)
        #expect(violations(ledger, [2], updates: 1).isEmpty)
        #expect(violations(ledger, [3], updates: 2).isEmpty)
        #expect(rules(ledger, [3], updates: 3) == [.doubled])
        #expect(ledger.see(task, 3, since: ledger, by: "a reader") == nil)
        #expect(rules(ledger, [2], updates: 2) == [.lost])
    }

    @Test("A creation whose answer was lost may be there or not, once")
    func unansweredCreation() {
        var ledger = Ledger()
        _ = ledger.begin(.make, task)
        #expect(violations(ledger, [], creations: 0).isEmpty)
        #expect(violations(ledger, [1]).isEmpty)
        #expect(rules(ledger, [1, 1]) == [.doubled])
    }

    @Test("A deletion that was acknowledged and is undone is found; one whose answer was lost may be either")
    func deleted() {
        var ledger = written(2)
        let deletion = ledger.begin(.delete, task)
        #expect(violations(ledger, [2], updates: 1).isEmpty)
        #expect(violations(ledger, [], updates: 1).isEmpty)
        ledger.acknowledge(.delete, task, deletion, id: id)
        #expect(violations(ledger, [], updates: 1, deletions: 1).isEmpty)
        #expect(rules(ledger, [], updates: 1) == [.lost])
        #expect(rules(ledger, [2], updates: 1, deletions: 1) == [.lost])
    }

    @Test("A row that nobody wrote is found, and one with a status of another write")
    func strange() {
        let ledger = written(2)
        var stock = stock([2], updates: 1)
        stock.rows.append(LedgerStock.Row(title: "planted", status: .completed))
        #expect(ledger.violations(in: stock).map(\.rule) == [.neverWritten])
        stock.rows = [LedgerStock.Row(title: task.title(2), status: LedgerItem.status(1))]
        #expect(ledger.violations(in: stock).map(\.rule) == [.torn])
        #expect(rules(ledger, [9], updates: 1) == [.neverWritten])
    }

    @Test("A read that is older than what was known when it began is found")
    func stale() {
        var ledger = written(3)
        let before = ledger
        #expect(ledger.see(task, 3, since: before, by: "a reader") == nil)
        #expect(ledger.see(task, 2, since: before, by: "a reader")?.rule == .stale)
        #expect(ledger.see(task, nil, since: before, by: "a reader")?.rule == .stale)
        #expect(ledger.see(task, 4, since: before, by: "a reader")?.rule == .neverWritten)
        _ = ledger.begin(.alter, task)
        #expect(ledger.see(task, 3, since: before, by: "a reader") == nil, "the write may not have happened yet")
        #expect(ledger.see(task, 4, since: before, by: "a reader") == nil)
        #expect(ledger.see(task, 3, since: before, by: "a reader") == nil, "this read began before that was known")
        #expect(ledger.see(task, 3, since: ledger, by: "a reader")?.rule == .stale)
    }

    // MARK: - Private

    /// A task that was made, and altered until it has had so many writes, all acknowledged.
    private func written(_ writes: Int) -> Ledger {
        var ledger = Ledger()
        for number in 1...writes {
            let change: Ledger.Change = number == 1 ? .make : .alter
            let write = ledger.begin(change, task)
            if number > 1 { ledger.send(task) }
            ledger.acknowledge(change, task, write, id: id)
        }
        return ledger
    }

    /// Rows of the task as these writes left them, and entries of its trail.
    private func stock(_ writes: [Int], creations: Int = 1, updates: Int = 0, deletions: Int = 0) -> LedgerStock {
        LedgerStock(
            rows: writes.map { LedgerStock.Row(title: task.title($0), status: LedgerItem.status($0)) },
            trail: [id: ["CREATE_TASK": creations, "UPDATE_TASK": updates, "DELETE_TASK": deletions]]
        )
    }

    private func violations(
        _ ledger: Ledger,
        _ writes: [Int],
        creations: Int = 1,
        updates: Int = 0,
        deletions: Int = 0
    ) -> [LedgerViolation] {
        ledger.violations(in: stock(writes, creations: creations, updates: updates, deletions: deletions))
    }

    private func rules(
        _ ledger: Ledger,
        _ writes: [Int],
        creations: Int = 1,
        updates: Int = 0,
        deletions: Int = 0
    ) -> [LedgerViolation.Rule] {
        violations(ledger, writes, creations: creations, updates: updates, deletions: deletions).map(\.rule)
    }
}
