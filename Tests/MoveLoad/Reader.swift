import FoundationEssentials
import HubModel
import HubTesting
import HubWire
import WebClients

/// Reads lists, single tasks and itself in turn, and holds each answer against what was known when it asked.
package struct Reader: Sendable {
    let person: Person
    private let isAmongOthers: Bool
    private var random: SplitMix64

    /// - Parameter isAmongOthers: whether the tenant has what no writer made.
    package init(
        _ number: Int,
        _ tenant: TrialTenant,
        _ traffic: Traffic,
        isAmongOthers: Bool = false,
        pace: Person.Pace = .usual
    ) {
        self.isAmongOthers = isAmongOthers
        person = Person(name: "reader \(number)", tenant: tenant, traffic: traffic, pace: pace)
        random = SplitMix64(seed: UInt64(1000 + number))
    }

    /// Goes on until the traffic is over.
    package mutating func run() async {
        var turn = 0
        while !traffic.isOver {
            turn += 1
            let start = ContinuousClock.now
            switch turn % 20 {
            case 0: await readSelf()
            case let turn where turn % 3 == 0: await readProjects()
            case let turn where turn % 3 == 1: await readTasks()
            default: await readTask()
            }
            await person.rest(since: start)
        }
    }

    // MARK: - Private

    /// The longest list that is asked for as a whole.
    private static let longest = 100

    private var traffic: Traffic { person.traffic }

    /// All of them, or of many the first few, which are only looked at.
    private func readProjects() async {
        let (known, before) = traffic.withLedger { ledger in
            let items = ledger.items(in: nil)
            let isLong = isAmongOthers || items.count > Reader.longest
            return isLong ? ([], Ledger()) : (items, ledger.excerpt(of: items))
        }
        let path = "/api/projects" + (known.isEmpty ? "" : "?limit=\(Reader.longest)")
        guard let answer = await person.send("GET", path, expected: [200]), !known.isEmpty,
            let page = try? answer.decode(Page<ProjectView>.self)
        else { return }
        judge(page.items.map(\.name), of: page.total, known, since: before)
    }

    private mutating func readTasks() async {
        guard let (project, id) = anything(.project) else { return }
        let (known, before) = traffic.withLedger { ledger in
            let items = ledger.items(in: project)
            return (items, ledger.excerpt(of: items))
        }
        let path = "/api/projects/\(id)/tasks?limit=\(Reader.longest)"
        guard let answer = await person.send("GET", path, expected: [200]),
            let page = try? answer.decode(Page<TaskView>.self)
        else { return }
        judge(page.items.map(\.title), of: page.total, known, since: before)
    }

    private mutating func readTask() async {
        guard let (task, id) = anything(.task) else { return }
        let before = traffic.withLedger { $0.excerpt(of: [task]) }
        guard let answer = await person.send("GET", "/api/tasks/\(id)", expected: [200, 404]) else { return }
        let view = try? answer.decode(TaskView.self)
        let write = view.flatMap { LedgerItem.parse($0.title)?.write }
        judge(task, answer.status == 404 ? nil : write ?? 0, since: before)
    }

    private func readSelf() async {
        guard let answer = await person.send("GET", "/api/auth/me", expected: [200]) else { return }
        let me = try? answer.decode(MeAnswer.self)
        if me?.tenant?.id != person.tenant.id {
            traffic.note(LedgerViolation(.neverWritten, nil, "somebody else's answer: \(answer.text)"))
        }
    }

    private mutating func anything(_ kind: LedgerItem.Kind) -> (item: LedgerItem, id: ObjectID)? {
        var fork = SplitMix64(seed: random.next())
        return traffic.withLedger { ledger in
            let item = ledger.anything(kind, using: &fork)
            return item.flatMap { item in ledger[item]?.id.map { (item, $0) } }
        }
    }

    /// Judges a whole list.
    ///
    /// - Parameter known: what was begun before it was asked for.
    private func judge(_ titles: [String], of total: Int, _ known: [LedgerItem], since before: Ledger) {
        guard titles.count == total else { return }
        var seen: [LedgerItem: Int] = [:]
        for title in titles {
            guard let (item, write) = LedgerItem.parse(title) else {
                if !isAmongOthers { traffic.note(LedgerViolation(.neverWritten, nil, "'\(title)' in a list")) }
                continue
            }
            if seen.updateValue(write, forKey: item) != nil {
                traffic.note(LedgerViolation(.doubled, item, "twice in one list"))
            }
        }
        for item in Set(known).union(seen.keys) { judge(item, seen[item], since: before) }
    }

    private func judge(_ item: LedgerItem, _ write: Int?, since before: Ledger) {
        let name = person.name
        traffic.note(traffic.withLedger { $0.see(item, write, since: before, by: name) })
    }
}
