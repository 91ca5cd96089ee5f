import HubWire
import ShardStore

extension ProjectView {
    init(_ project: ProjectRecord) {
        self.init(
            id: project.id,
            name: project.name,
            description: project.description,
            status: project.status,
            createdBy: project.createdBy.map(PersonView.init),
            taskCount: project.taskCount,
            completedTaskCount: project.completedTaskCount,
            createdAt: project.createdAt,
            updatedAt: project.updatedAt
        )
    }
}
