package import HubModel

/// What an update does to a task; nil keeps a value.
package struct TaskChanges: Sendable {
    package let title: String?
    package let description: FieldChange<String>
    package let status: WorkStatus?
    package let priority: TaskPriority?
    package let assignedTo: FieldChange<UserID>
    package let dueDate: FieldChange<Timestamp>

    package init(
        title: String? = nil,
        description: FieldChange<String> = .keep,
        status: WorkStatus? = nil,
        priority: TaskPriority? = nil,
        assignedTo: FieldChange<UserID> = .keep,
        dueDate: FieldChange<Timestamp> = .keep
    ) {
        self.title = title
        self.description = description
        self.status = status
        self.priority = priority
        self.assignedTo = assignedTo
        self.dueDate = dueDate
    }

    func applied(to task: TaskRecord) -> NewTask {
        NewTask(
            project: task.project,
            title: title ?? task.title,
            description: description.applied(to: task.description),
            status: status ?? task.status,
            priority: priority ?? task.priority,
            assignedTo: assignedTo.applied(to: task.assignedTo?.id),
            dueDate: dueDate.applied(to: task.dueDate)
        )
    }
}
