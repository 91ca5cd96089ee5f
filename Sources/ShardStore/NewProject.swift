package import HubModel

/// The values of a project that people choose; the audit trail keeps them.
package struct NewProject: Encodable, Hashable, Sendable {
    package let name: String
    package let description: String?
    package let status: WorkStatus

    package init(name: String, description: String? = nil, status: WorkStatus = .notStarted) {
        self.name = name
        self.description = description
        self.status = status
    }
}

extension NewProject {
    init(_ project: ProjectRecord) {
        self.init(name: project.name, description: project.description, status: project.status)
    }
}
