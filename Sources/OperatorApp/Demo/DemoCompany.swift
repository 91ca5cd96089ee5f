import HubModel

/// A company of the demonstration, one tenant each: its people, and a handful of projects as a small company would have them.
struct DemoCompany: Sendable {
    struct Person: Sendable {
        let email: EmailAddress
        let fullName: String
        let password: String
        let role: UserRole
    }

    struct Project: Sendable {
        let name: String
        let description: String
        let status: WorkStatus
        let tasks: [Task]
    }

    struct Task: Sendable {
        let title: String
        let status: WorkStatus
        let priority: TaskPriority
        /// Index into ``DemoCompany/people``; nil for a task nobody has taken.
        let assignee: Int?
        /// Days from the day of seeding, negative for a task that is late; nil for no date.
        let dueInDays: Int?
    }

    let subdomain: Subdomain
    let name: String
    let region: RegionID
    let people: [Person]
    let projects: [Project]

    /// The limits of every demonstration tenant.
    static let maxUsers = 100
    static let maxProjects = 200

    init(subdomain: Subdomain, name: String, region: RegionID, names: [String], projects: [Project]) {
        self.subdomain = subdomain
        self.name = name
        self.region = region
        people = names.enumerated().compactMap { index, fullName in
            let isAdmin = index == 0
            guard let email = EmailAddress("\(isAdmin ? "admin" : "user\(index)")@\(subdomain).com") else { return nil }
            return Person(
                email: email,
                fullName: fullName,
                password: isAdmin ? DemoPasswords.admin : DemoPasswords.user,
                role: isAdmin ? .tenantAdmin : .user
            )
        }
        self.projects = projects
    }
}
