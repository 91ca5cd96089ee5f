import HubWire
import ShardStore

extension TaskView {
    init(_ task: TaskRecord) {
        self.init(
            id: task.id,
            projectId: task.project,
            title: task.title,
            description: task.description,
            status: task.status,
            priority: task.priority,
            assignedTo: task.assignedTo.map(PersonView.init),
            dueDate: task.dueDate,
            createdAt: task.createdAt,
            updatedAt: task.updatedAt
        )
    }
}
