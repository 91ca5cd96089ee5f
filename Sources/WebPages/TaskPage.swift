import HubModel

/// One task with everything that can be changed of it; scripts show it beside the list it was opened from.
package struct TaskPage: Sendable {
    private let shell: Shell
    private let task: TaskRow
    private let note: String?
    private let fields: [Field]
    private let statuses: [Choice]
    private let priorities: [Choice]
    private let assignees: [Choice]
    private let mayDelete: Bool

    /// - Parameters:
    ///   - people: of the tenant, by id and name.
    ///   - mayDelete: whether the person may delete it.
    package init(
        shell: Shell,
        task: TaskRow,
        people: [(id: String, name: String)],
        mayDelete: Bool,
        form: FormState = FormState()
    ) {
        self.shell = shell
        self.task = task
        self.mayDelete = mayDelete
        note = form.note
        fields = [
            Field(
                "title",
                "Title",
                .text(type: "text", autocomplete: "off"),
                longest: 200,
                form: form,
                value: task.title,
                scope: "task"
            )
        ]
        let (status, priority) = (form.values["status"] ?? task.status, form.values["priority"] ?? task.priority)
        statuses = WorkStatus.allCases.map {
            Choice(value: $0.rawValue, label: $0.label, isSelected: $0.rawValue == status)
        }
        priorities = TaskPriority.allCases.reversed().map {
            Choice(value: $0.rawValue, label: $0.label, isSelected: $0.rawValue == priority)
        }
        assignees = people.map { Choice(value: $0.id, label: $0.name, isSelected: $0.id == task.assignee?.id) }
    }

    package var markup: String { Templates.render(self, with: "task") }
}
