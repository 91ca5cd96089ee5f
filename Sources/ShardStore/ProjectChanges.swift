package import HubModel

/// What an update does to a project; nil keeps a value.
package struct ProjectChanges: Sendable {
    package let name: String?
    package let description: FieldChange<String>
    package let status: WorkStatus?

    package init(name: String? = nil, description: FieldChange<String> = .keep, status: WorkStatus? = nil) {
        self.name = name
        self.description = description
        self.status = status
    }

    func applied(to project: ProjectRecord) -> NewProject {
        NewProject(
            name: name ?? project.name,
            description: description.applied(to: project.description),
            status: status ?? project.status
        )
    }
}
