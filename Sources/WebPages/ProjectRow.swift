import HubModel
package import HubWire

/// A project as lists and heads of pages show one.
package struct ProjectRow: Sendable {
    let id: String
    let name: String
    let description: String?
    let status: String
    let statusLabel: String
    let taskCount: Int
    let doneCount: Int
    let hasTasks: Bool
    /// Whether it has tasks and all of them are completed.
    let isDone: Bool
    let creator: String?
    let createdAt: String
    /// The entity tag of what is shown, for `If-Match`.
    let tag: String
    let mayChange: Bool

    /// - Parameters:
    ///   - tag: the entity tag of the project as the API shows it.
    ///   - mayChange: whether the person may change or delete it.
    package init(_ project: ProjectView, tag: String, mayChange: Bool) {
        id = "\(project.id)"
        name = project.name
        description = project.description
        status = project.status.rawValue
        statusLabel = project.status.label
        taskCount = project.taskCount
        doneCount = project.completedTaskCount
        hasTasks = project.taskCount > 0
        isDone = hasTasks && doneCount >= taskCount
        creator = project.createdBy?.fullName
        createdAt = "\(project.createdAt)"
        self.tag = tag
        self.mayChange = mayChange
    }
}
