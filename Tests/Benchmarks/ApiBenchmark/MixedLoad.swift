import BenchmarkReport
import HubModel
import HubWire
import NIOHTTP1

/// Two hundred signed-in people who read and write for a minute, each checking every answer against what they wrote.
struct MixedLoad {
    private static let people = 200
    private static let seconds = 60
    private static let tenants = ["demo", "globex", "initech"]

    let hub: Hub

    /// Whether there was neither a 5xx nor a wrong answer.
    func report() async throws -> Bool {
        print("\nSigning \(MixedLoad.people) people in …")
        let clients = try await signIn()
        let end = ContinuousClock.now + .seconds(MixedLoad.seconds)
        let tally = await withTaskGroup(of: Tally.self) { group in
            for (number, client) in clients.enumerated() {
                group.addTask {
                    var worker = MixedWorker(client: client, number: number)
                    await worker.run(until: end)
                    return worker.tally
                }
            }
            return await group.reduce(into: Tally()) { $0.add($1) }
        }
        var report = Report(columns: ["answers", "per second", "p50 ms", "p99 ms", "5xx", "429", "wrong"])
        report.add(
            String(tally.times.count),
            (Double(tally.times.count) / Double(MixedLoad.seconds)).formatted(digits: 0),
            (tally.times.median * 1000).formatted(digits: 1),
            (tally.times.percentile(0.99) * 1000).formatted(digits: 1),
            String(tally.serverErrors),
            String(tally.refused),
            String(tally.wrong.count)
        )
        report.print(
            title: """
                \(MixedLoad.people) people of \(MixedLoad.tenants.count) tenants without a pause for \
                \(MixedLoad.seconds) s: create, read back, update under If-Match, list, delete
                """
        )
        for line in tally.wrong.prefix(10) { print("  wrong: \(line)") }
        print("\n  Goal: no 5xx and nothing wrong.")
        return tally.serverErrors == 0 && tally.wrong.isEmpty
    }

    // MARK: - Private

    private func signIn() async throws -> [HubClient] {
        try await withThrowingTaskGroup(of: HubClient.self) { group in
            var waiting = Array(0..<MixedLoad.people)
            // A backend lets so many wait for its hashing threads and no more.
            for _ in 0..<16 { add(&waiting, to: &group) }
            var clients: [HubClient] = []
            while let client = try await group.next() {
                clients.append(client)
                add(&waiting, to: &group)
            }
            return clients
        }
    }

    private func add(_ waiting: inout [Int], to group: inout ThrowingTaskGroup<HubClient, any Error>) {
        guard let number = waiting.popLast() else { return }
        let tenant = MixedLoad.tenants[number % MixedLoad.tenants.count]
        let account = number % 2 == 0 ? ("user1@\(tenant).com", "User@123") : ("admin@\(tenant).com", "Demo@123")
        group.addTask { try await hub.signedIn(tenant, account.0, account.1) }
    }
}

/// What became of many requests.
struct Tally: Sendable {
    /// Seconds of each answer.
    var times: [Double] = []
    var serverErrors = 0
    var refused = 0
    var wrong: [String] = []

    mutating func add(_ other: Tally) {
        times += other.times
        serverErrors += other.serverErrors
        refused += other.refused
        wrong += other.wrong
    }
}

/// One of them.
struct MixedWorker {
    let client: HubClient
    let number: Int
    var tally = Tally()
    private var project: ProjectID?
    /// The titles of this worker's tasks, as last acknowledged.
    private var titles: [TaskID: String] = [:]
    private var round = 0

    init(client: HubClient, number: Int) {
        self.client = client
        self.number = number
    }

    mutating func run(until end: ContinuousClock.Instant) async {
        while ContinuousClock.now < end {
            do {
                try await step()
            } catch let failure as BenchmarkFailure {
                tally.wrong.append(failure.description)
            } catch {
                tally.wrong.append("\(error)")
            }
        }
    }

    // MARK: - Private

    private mutating func step() async throws {
        round += 1
        guard let project else {
            let answer = try await ask(.POST, "/api/projects", ["name": "Load \(number)"], expecting: 201)
            project = try answer?.decode(ProjectView.self).id
            return
        }
        let path = "/api/projects/\(project)/tasks"
        if titles.count < 5 {
            let title = "Task \(number).\(round)"
            guard let answer = try await ask(.POST, path, ["title": title], expecting: 201) else { return }
            let task = try answer.decode(TaskView.self)
            try require(task.title == title, "a task was created as '\(task.title)', not '\(title)'")
            titles[task.id] = title
        }
        guard let (id, title) = titles.randomElement() else { return }
        guard let read = try await ask(.GET, "/api/tasks/\(id)", [String: String]?.none, expecting: 200) else { return }
        let task = try read.decode(TaskView.self)
        try require(task.title == title, "task \(id) is '\(task.title)', not '\(title)'")
        let changed = "Task \(number).\(round) again"
        let update = try await ask(.PUT, "/api/tasks/\(id)", ["title": changed], ifMatch: read.tag, expecting: 200)
        guard update != nil else { return }
        titles[id] = changed
        if let list = try await ask(.GET, path + "?limit=100", [String: String]?.none, expecting: 200) {
            let seen = Dictionary(try list.decode(Page<TaskView>.self).items.map { ($0.id, $0.title) }) { $1 }
            try require(seen == titles, "the list of project \(project) is \(seen), not \(titles)")
        }
        if titles.count == 5, let victim = titles.keys.randomElement() {
            // A member may delete tasks of their own projects.
            if try await ask(.DELETE, "/api/tasks/\(victim)", [String: String]?.none, expecting: 204) != nil {
                titles[victim] = nil
            }
        }
    }

    /// The answer; nil for one that was refused for the load, which is counted.
    private mutating func ask(
        _ method: HTTPMethod,
        _ path: String,
        _ body: [String: String]?,
        ifMatch: String? = nil,
        expecting status: Int
    ) async throws -> HubClient.Answer? {
        let answer = try await client.send(method, path, body, ifMatch: ifMatch)
        tally.times.append(answer.elapsed.seconds)
        switch answer.status {
        case status:
            return answer
        case 429:
            tally.refused += 1
            return nil
        case 500...:
            tally.serverErrors += 1
            throw BenchmarkFailure("\(method) \(path) answered \(answer.status): \(answer.text.prefix(200))")
        default:
            throw BenchmarkFailure("\(method) \(path) answered \(answer.status): \(answer.text.prefix(200))")
        }
    }

    private func require(_ condition: Bool, _ sentence: @autoclosure () -> String) throws {
        guard condition else { throw BenchmarkFailure(sentence()) }
    }
}
