import HubModel
import Testing

@Suite("Checking histories")
struct HistoryCheckerTests {
    @Test("What was told in time is no violation, whatever a read beside a write was told")
    func truth() {
        var history = Script()
        history.write(.p1, .one, 10, 20)
        history.write(.p1, .two, 30, 40)
        history.read(.p1, .state(.one), 21, 25)
        history.read(.p1, .state(.one), 25, 39)
        history.read(.p1, .state(.two), 31, 35)
        history.read(.p1, .state(.two), 41, 45)
        history.list([.two], 41, 45)
        #expect(history.violations.isEmpty, "\(history.violations.summary)")
    }

    @Test("A read that is older than an acknowledged write is found")
    func stale() {
        var history = Script()
        history.write(.p1, .one, 10, 20)
        history.write(.p1, .two, 30, 40)
        history.read(.p1, .state(.one), 41, 45)
        #expect(history.rules == [.stale])
        #expect(history.violations[0].description.split(separator: "\n").count < 8, "told in few lines")
    }

    @Test("A read that is older than another, which had ended before it began, is found; so it is for another client")
    func wentBack() {
        var history = Script()
        history.write(.p1, .one, 10, 20)
        history.write(.p1, .two, 30, nil)
        history.read(.p1, .state(.two), 31, 35)
        history.read(.p1, .state(.one), 34, 36)
        #expect(history.rules == [], "they were at the same time")
        history.read(.p1, .state(.one), 36, 39)
        #expect(history.rules == [.wentBack])
    }

    @Test("A write that was never answered may be told of or not, until somebody was told of it")
    func unknown() {
        var history = Script()
        history.write(.p1, .one, 10, 20)
        history.write(.p1, .absent, 30, nil)
        history.list([.one], 100, 110)
        history.list([], 120, 130)
        #expect(history.rules == [])
        history.list([.one], 131, 140)
        #expect(history.rules == [.wentBack, .wrongCount])
    }

    @Test("A list that lacks a project is found, and one that has a deleted one")
    func lists() {
        var history = Script()
        history.write(.p1, .one, 10, 20)
        history.list([], 30, 40)
        #expect(history.rules == [.stale, .wrongCount])
        history.write(.p1, .absent, 50, 60)
        history.list([.one], 61, 70)
        #expect(history.rules == [.stale, .wrongCount, .stale, .wrongCount])
    }

    @Test("A filtered list must not lack what its filter admits, nor have what it does not")
    func filters() {
        var history = Script()
        let completed = ProjectQuery(status: .completed)
        history.write(.p1, .one, 10, 20)
        history.list([], 21, 30, completed)
        #expect(history.rules == [])
        history.write(.p1, .oneCompleted, 30, 40)
        history.list([], 41, 50, completed)
        #expect(history.rules == [.stale, .wrongCount])
    }

    @Test("Wrong numbers of tasks are found, in a project and in what is used of the limits")
    func counts() {
        var history = Script()
        history.write(.p1, .project(0), 10, 20)
        history.write(.p1, .project(1), 30, 40)
        history.count(.tasks, 1, 35, 36)
        history.count(.tasks, 0, 35, 36)
        history.count(.projects, 1, 41, 45)
        #expect(history.rules == [])
        history.count(.tasks, 0, 41, 45)
        history.count(.projects, 2, 41, 45)
        history.read(.p1, .state(.project(0)), 41, 45)
        #expect(history.rules == [.wrongCount, .wrongCount, .stale])
    }

    @Test("A session that is refused before it ends is found, and one that is accepted after")
    func sessions() {
        let session = ItemID(.session, tenant: 1, 1)
        var history = Script()
        history.write(session, .session, 10, 20)
        history.read(session, .state(.session), 21, 25)
        history.write(session, .absent, 30, 40)
        history.read(session, .refused, 35, 36)
        history.read(session, .refused, 41, 45)
        #expect(history.rules == [])
        history.read(session, .state(.session), 41, 45)
        history.read(session, .refused, 21, 25)
        // The refusal's state, absent, is older than the log-in.
        #expect(history.rules == [.stale, .stale])
    }

    @Test("Names in lists and roles by what they permit count as reads of the user")
    func users() {
        let user = ItemID(.user, tenant: 1, 1)
        var history = Script()
        history.write(user, .user(name: "a", role: .user), 10, 20)
        history.write(user, .user(name: "a", role: .tenantAdmin), 30, 40)
        history.write(user, .user(name: "b", role: .tenantAdmin), 50, 60)
        history.read(user, .userName("a"), 41, 45)
        history.read(user, .role(.tenantAdmin), 61, 65)
        #expect(history.rules == [])
        history.read(user, .userName("a"), 61, 65)
        history.read(user, .role(.user), 61, 65)
        #expect(history.rules == [.stale, .stale])
    }

    @Test("What nobody wrote, and an answer that contradicts itself, are found")
    func nonsense() {
        var history = Script()
        history.write(.p1, .one, 10, 20)
        history.read(.p1, .state(.two), 21, 25)
        history.read(ItemID(.project, tenant: 1, 99), .state(.two), 21, 25)
        history.defect("2 projects of 1", 26, 27)
        #expect(history.rules == [.neverWritten, .neverWritten, .defective])
    }
}

/// A history in milliseconds.
private struct Script {
    private let start = Moment.now
    private var history: History

    init() {
        history = History(start: start)
    }

    var violations: [HistoryViolation] { HistoryChecker.violations(in: history) }
    var rules: [HistoryViolation.Rule] { violations.map(\.rule) }

    mutating func write(_ item: ItemID, _ state: ItemState, _ begun: Int, _ acknowledged: Int?) {
        let number = history.begin(item, state, at: at(begun))
        if let acknowledged { history.acknowledge(item, number, at: at(acknowledged)) }
    }

    mutating func read(_ item: ItemID, _ sighting: Reading.Sighting, _ begun: Int, _ ended: Int) {
        var reading = reading(begun, ended)
        reading.sightings = [(item, sighting)]
        history.add(reading)
    }

    /// A list of one project at most.
    mutating func list(_ states: [ItemState], _ begun: Int, _ ended: Int, _ query: ProjectQuery = ProjectQuery()) {
        var reading = reading(begun, ended)
        reading.sightings = states.map { (.p1, .state($0)) }
        reading.counts[.listed(query)] = states.count
        reading.whole = query
        history.add(reading)
    }

    mutating func count(_ count: Reading.Count, _ value: Int, _ begun: Int, _ ended: Int) {
        var reading = reading(begun, ended)
        reading.counts[count] = value
        history.add(reading)
    }

    mutating func defect(_ text: String, _ begun: Int, _ ended: Int) {
        var reading = reading(begun, ended)
        reading.defect = text
        history.add(reading)
    }

    private func reading(_ begun: Int, _ ended: Int) -> Reading {
        Reading(client: "somebody", request: "GET /", begun: at(begun), ended: at(ended), tenant: 1)
    }

    private func at(_ milliseconds: Int) -> Moment { start + .milliseconds(milliseconds) }
}

extension ItemID {
    fileprivate static let p1 = ItemID(.project, tenant: 1, 1)
}

extension ItemState {
    fileprivate static let one = project(0)
    fileprivate static let two = project(0, name: "Project 1 version 2 even")
    fileprivate static let oneCompleted = project(0, status: .completed)

    fileprivate static func project(
        _ tasks: Int,
        name: String = "Project 1 version 1 odd",
        status: WorkStatus = .notStarted
    ) -> ItemState {
        .project(ProjectState(name: name, status: status, creator: ItemID(.user, tenant: 1, 1), tasks: tasks))
    }
}
