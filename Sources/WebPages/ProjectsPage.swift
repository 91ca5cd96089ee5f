package import HubModel
package import HubWire

/// The projects of a workspace, and a form for a new one.
package struct ProjectsPage: Sendable {
    private let shell: Shell
    private let projects: [ProjectRow]
    private let isEmpty: Bool
    private let isFiltered: Bool
    private let search: String
    private let statuses: [Choice]
    private let pager: Pager
    private let total: Int
    private let note: String?
    private let fields: [Field]
    private let isFormOpen: Bool
    private let used: Int
    private let most: Int
    private let isFull: Bool

    /// - Parameter form: of a new project that could not be made.
    package init(
        shell: Shell,
        projects: [ProjectRow],
        pager: Pager,
        search: String?,
        status: WorkStatus?,
        tenant: TenantView,
        form: FormState = FormState()
    ) {
        self.shell = shell
        self.projects = projects
        self.pager = pager
        total = pager.total
        isEmpty = projects.isEmpty
        isFiltered = search != nil || status != nil
        self.search = search ?? ""
        statuses = WorkStatus.allCases.map {
            Choice(value: $0.rawValue, label: $0.label, isSelected: $0 == status)
        }
        used = tenant.usage.projects
        most = tenant.maxProjects
        isFull = tenant.usage.projects >= tenant.maxProjects
        note = form.note
        isFormOpen = form.problem != nil
        fields = [
            Field("name", "Name", .text(type: "text", autocomplete: "off"), longest: 200, form: form, scope: "new"),
            Field("description", "Description", .area, isRequired: false, form: form, scope: "new"),
        ]
    }

    package var markup: String { Templates.render(self, with: "projects") }
}
