import FoundationEssentials
import HubModel
import HubTesting
import HubWire
import WebClients

/// Makes, alters and deletes tasks of projects of its own, one write after another. Each is begun in the ledger before it
/// is sent, and sent again, the same, until it is acknowledged.
package struct Writer: Sendable {
    /// What is kept of a writer's tasks, so that a list shows all.
    private static let most = 12

    let number: Int
    let person: Person
    private var random: SplitMix64
    private var project: (item: LedgerItem, id: String)?
    private var tasks: [(item: LedgerItem, id: String)] = []
    private var made = 0

    package init(_ number: Int, _ tenant: TrialTenant, _ traffic: Traffic, pace: Person.Pace = .usual) {
        self.number = number
        person = Person(name: "writer \(number)", tenant: tenant, traffic: traffic, pace: pace)
        random = SplitMix64(seed: UInt64(number))
    }

    /// Goes on until the traffic is over.
    package mutating func run() async {
        while !traffic.isOver {
            let start = ContinuousClock.now
            await step()
            await person.rest(since: start)
        }
    }

    // MARK: - Private

    private var traffic: Traffic { person.traffic }

    private mutating func step() async {
        guard let project, made % 40 != 39 else { return await makeProject() }
        let choice = Int.random(in: 0..<10, using: &random)
        if tasks.count < 3 || (choice < 4 && tasks.count < Writer.most) {
            await makeTask(in: project)
        } else if choice == 9 || tasks.count >= Writer.most {
            await deleteTask()
        } else if choice == 8 {
            await alter(project, "/api/projects/\(project.id)", ["name"])
        } else {
            let task = tasks[Int.random(in: tasks.indices, using: &random)]
            await alter(task, "/api/tasks/\(task.id)", ["title"])
        }
    }

    private mutating func makeProject() async {
        made += 1
        let item = LedgerItem(kind: .project, writer: number, number: made)
        let write = traffic.withLedger { $0.begin(.make, item) }
        let body = CreateProjectRequest(name: item.title(write), status: LedgerItem.status(write))
        guard let id = await make(item, write, "/api/projects", body) else { return }
        project = (item, id)
        tasks = []
    }

    private mutating func makeTask(in project: (item: LedgerItem, id: String)) async {
        made += 1
        let item = LedgerItem(kind: .task, writer: number, number: made)
        let write = traffic.withLedger { $0.begin(.make, item, in: project.item) }
        let body = CreateTaskRequest(title: item.title(write), status: LedgerItem.status(write))
        guard let id = await make(item, write, "/api/projects/\(project.id)/tasks", body) else { return }
        tasks.append((item, id))
    }

    private func make(
        _ item: LedgerItem,
        _ write: Int,
        _ path: String,
        _ body: some Encodable & Sendable
    ) async -> String? {
        let key = "\(person.tenant.id)-\(item)"
        while !traffic.isOver {
            if let answer = await person.send("POST", path, body, key: key, expected: [201]),
                let id = try? answer.decode(Made.self).id
            {
                traffic.withLedger { $0.acknowledge(.make, item, write, id: id) }
                return id.description
            }
            try? await Task.sleep(for: Person.patience)
        }
        return nil
    }

    private func alter(_ thing: (item: LedgerItem, id: String), _ path: String, _ titles: [String]) async {
        let write = traffic.withLedger { $0.begin(.alter, thing.item) }
        var body = ["status": LedgerItem.status(write).rawValue]
        for title in titles { body[title] = thing.item.title(write) }
        while !traffic.isOver {
            traffic.withLedger { $0.send(thing.item) }
            if let answer = await person.send("PUT", path, body, expected: [200, 404]) {
                guard answer.status == 200, let id = ObjectID(thing.id) else {
                    return traffic.note(LedgerViolation(.lost, thing.item, "altering it is answered 404"))
                }
                return traffic.withLedger { $0.acknowledge(.alter, thing.item, write, id: id) }
            }
            try? await Task.sleep(for: Person.patience)
        }
    }

    private mutating func deleteTask() async {
        let task = tasks.removeFirst()
        let write = traffic.withLedger { $0.begin(.delete, task.item) }
        var isFirst = true
        while !traffic.isOver {
            if let answer = await person.send("DELETE", "/api/tasks/\(task.id)", expected: [204, 404]) {
                guard answer.status == 204 || !isFirst, let id = ObjectID(task.id) else {
                    return traffic.note(LedgerViolation(.lost, task.item, "deleting it is answered 404"))
                }
                return traffic.withLedger { $0.acknowledge(.delete, task.item, write, id: id) }
            }
            isFirst = false
            try? await Task.sleep(for: Person.patience)
        }
    }
}

/// What was made.
private struct Made: Decodable {
    let id: ObjectID
}
