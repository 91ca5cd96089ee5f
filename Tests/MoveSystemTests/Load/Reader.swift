import AppFixtures
import FoundationEssentials
import HubModel
import HubWire

/// Reads lists, single tasks and itself in turn, and holds each answer against what was known when it asked.
struct Reader: Sendable {
    let person: Person
    private var random: SplitMix64

    init(_ number: Int, _ tenant: TrialTenant, _ traffic: Traffic) {
        person = Person(name: "reader \(number)", tenant: tenant, traffic: traffic)
        random = SplitMix64(seed: UInt64(1000 + number))
    }

    /// Goes on until the traffic is over.
    mutating func run() async {
        var turn = 0
        while !person.traffic.isOver {
            turn += 1
            switch turn % 4 {
            case 0: await readProjects()
            case 1: await readTasks()
            case 2: await readTask()
            default: await readSelf()
            }
            try? await Task.sleep(for: Person.pace)
        }
    }

    // MARK: - Private

    private func readProjects() async {
        let before = person.traffic.ledger
        guard let answer = await person.send("GET", "/api/projects?limit=100", expected: [200]),
            let page = try? answer.decode(Page<ProjectView>.self)
        else { return }
        judge(page.items.map(\.name), of: page.total, .project, in: nil, since: before)
    }

    private mutating func readTasks() async {
        let before = person.traffic.ledger
        let projects = before.accounts.filter { $0.key.kind == .project && $0.value.id != nil }
        guard let (project, account) = projects.randomElement(using: &random), let id = account.id,
            let answer = await person.send("GET", "/api/projects/\(id)/tasks?limit=100", expected: [200]),
            let page = try? answer.decode(Page<TaskView>.self)
        else { return }
        judge(page.items.map(\.title), of: page.total, .task, in: project, since: before)
    }

    private mutating func readTask() async {
        let before = person.traffic.ledger
        let tasks = before.accounts.filter { $0.key.kind == .task && $0.value.id != nil }
        guard let (task, account) = tasks.randomElement(using: &random), let id = account.id,
            let answer = await person.send("GET", "/api/tasks/\(id)", expected: [200, 404])
        else { return }
        let view = try? answer.decode(TaskView.self)
        let write = view.flatMap { LedgerItem.parse($0.title)?.write }
        judge(task, answer.status == 404 ? nil : write ?? 0, since: before)
    }

    private func readSelf() async {
        guard let answer = await person.send("GET", "/api/auth/me", expected: [200]) else { return }
        let me = try? answer.decode(MeAnswer.self)
        if me?.tenant?.id != person.tenant.id {
            person.traffic.note(LedgerViolation(.neverWritten, nil, "somebody else's answer: \(answer.text)"))
        }
    }

    /// Judges a whole list.
    private func judge(
        _ titles: [String],
        of total: Int,
        _ kind: LedgerItem.Kind,
        in project: LedgerItem?,
        since before: Ledger
    ) {
        guard titles.count == total else { return }
        var seen: [LedgerItem: Int] = [:]
        for title in titles {
            guard let (item, write) = LedgerItem.parse(title) else {
                person.traffic.note(LedgerViolation(.neverWritten, nil, "'\(title)' in a list"))
                continue
            }
            if seen.updateValue(write, forKey: item) != nil {
                person.traffic.note(LedgerViolation(.doubled, item, "twice in one list"))
            }
        }
        for item in Set(before.items(kind, in: project)).union(seen.keys) { judge(item, seen[item], since: before) }
    }

    private func judge(_ item: LedgerItem, _ write: Int?, since before: Ledger) {
        let name = person.name
        person.traffic.note(person.traffic.withLedger { $0.see(item, write, since: before, by: name) })
    }
}
