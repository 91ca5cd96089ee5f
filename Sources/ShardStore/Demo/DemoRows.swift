import HubModel

/// The rows of one demo tenant, made again and again the same: a pass over them for each table needs no memory for them.
struct DemoRows {
    struct User {
        let id: UserID
        let email: String
        let fullName: String
        let isAdmin: Bool
    }

    struct Project {
        let id: ProjectID
        let name: String
        let status: WorkStatus
        let creator: UserID
        let createdAt: Timestamp
    }

    struct Task {
        let id: TaskID
        let title: String
        let status: WorkStatus
        let priority: TaskPriority
        let assignee: UserID?
        let creator: UserID
        let dueDate: Timestamp?
        let createdAt: Timestamp
    }

    let tenant: DemoTenant
    /// The tenant's history ends here.
    let now: Timestamp
    let createdAt: Timestamp
    let users: [User]

    init(_ tenant: DemoTenant, now: Timestamp) {
        self.tenant = tenant
        self.now = now
        var generator = SplitMix64(seed: tenant.seed, 1)
        let createdAt = now + .seconds(-86_400 * Int64.random(in: 30...360, using: &generator))
        self.createdAt = createdAt
        users = (0..<tenant.users).map { index in
            User(
                id: .make(at: createdAt, using: &generator),
                email: "\(index == 0 ? "admin" : "user\(index)")@\(tenant.subdomain).com",
                fullName:
                    "\(DemoVocabulary.givenNames.pick(&generator)) \(DemoVocabulary.familyNames.pick(&generator))",
                isAdmin: index == 0
            )
        }
    }

    func project(_ index: Int) -> Project {
        var generator = SplitMix64(seed: tenant.seed, 2, UInt64(index))
        let createdAt = moment(after: createdAt, using: &generator)
        return Project(
            id: .make(at: createdAt, using: &generator),
            name: "\(DemoVocabulary.initiatives.pick(&generator)) \(index + 1)",
            status: [.notStarted, .inProgress, .inProgress, .completed].pick(&generator),
            creator: users.pick(&generator).id,
            createdAt: createdAt
        )
    }

    func task(_ index: Int, of projectIndex: Int, _ project: Project) -> Task {
        var generator = SplitMix64(seed: tenant.seed, 3, UInt64(projectIndex), UInt64(index))
        let createdAt = moment(after: project.createdAt, using: &generator)
        let isAssigned = Int.random(in: 0..<5, using: &generator) > 0
        let isDue = Int.random(in: 0..<3, using: &generator) > 0
        return Task(
            id: .make(at: createdAt, using: &generator),
            title: "\(DemoVocabulary.verbs.pick(&generator)) \(DemoVocabulary.objects.pick(&generator))",
            status: [.notStarted, .inProgress, .completed, .completed].pick(&generator),
            priority: [.low, .medium, .medium, .high].pick(&generator),
            assignee: isAssigned ? users.pick(&generator).id : nil,
            creator: users.pick(&generator).id,
            dueDate: isDue ? createdAt + .seconds(86_400 * Int64.random(in: 1...90, using: &generator)) : nil,
            createdAt: createdAt
        )
    }

    // MARK: - Private

    /// Some moment between the given one and now.
    private func moment(after start: Timestamp, using generator: inout SplitMix64) -> Timestamp {
        let span = max(1, now.microseconds - start.microseconds)
        return Timestamp(microseconds: start.microseconds + Int64.random(in: 0..<span, using: &generator))
    }
}

extension Identifier {
    static func make(at moment: Timestamp, using generator: inout SplitMix64) -> Identifier {
        Identifier(UUIDv7.make(milliseconds: UInt64(max(0, moment.microseconds / 1000)), using: &generator))
    }
}
