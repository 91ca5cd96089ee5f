package import HubModel

/// A project to be created.
package struct NewProject: Encodable, Sendable {
    package let name: String
    package let description: String?
    package let status: WorkStatus

    package init(name: String, description: String? = nil, status: WorkStatus = .notStarted) {
        self.name = name
        self.description = description
        self.status = status
    }
}
