package import HubModel

/// One project with its tasks, as a list or as a board.
package struct ProjectPage: Sendable {
    /// What is asked of the tasks.
    package struct Filter: Sendable {
        package let search: String?
        package let status: WorkStatus?
        package let priority: TaskPriority?
        /// `me`, `none` or an id.
        package let assignee: String?

        package init(search: String?, status: WorkStatus?, priority: TaskPriority?, assignee: String?) {
            (self.search, self.status, self.priority, self.assignee) = (search, status, priority, assignee)
        }

        var isSet: Bool { search != nil || status != nil || priority != nil || assignee != nil }
    }

    struct Column: Sendable {
        let status: String
        let label: String
        let tasks: [TaskRow]
        let count: Int
        let isEmpty: Bool
    }

    private let shell: Shell
    private let project: ProjectRow
    private let isBoard: Bool
    private let view: String
    private let listPath: String
    private let boardPath: String
    private let tasks: [TaskRow]
    private let columns: [Column]
    private let isEmpty: Bool
    private let isFiltered: Bool
    private let search: String
    private let statuses: [Choice]
    private let priorities: [Choice]
    private let assignees: [Choice]
    private let people: [Choice]
    private let pager: Pager
    private let shownCount: Int
    private let isCut: Bool
    private let note: String?
    private let typedTitle: String
    private let editFields: [Field]

    /// - Parameters:
    ///   - people: of the tenant, by id and name.
    ///   - otherQuery: the query without `view` and `offset`, percent-encoded.
    ///   - form: of a task that could not be made.
    package init(
        shell: Shell,
        project: ProjectRow,
        tasks: [TaskRow],
        isBoard: Bool,
        filter: Filter,
        people: [(id: String, name: String)],
        otherQuery: String,
        pager: Pager,
        form: FormState = FormState()
    ) {
        self.shell = shell
        self.project = project
        self.tasks = tasks
        self.isBoard = isBoard
        view = isBoard ? "board" : "list"
        let path = "/projects/\(project.id)"
        listPath = "\(path)?view=list\(otherQuery.isEmpty ? "" : "&\(otherQuery)")"
        boardPath = "\(path)?view=board\(otherQuery.isEmpty ? "" : "&\(otherQuery)")"
        columns = WorkStatus.allCases.map { status in
            let here = isBoard ? tasks.filter { $0.status == status.rawValue } : []
            return Column(
                status: status.rawValue,
                label: status.label,
                tasks: here,
                count: here.count,
                isEmpty: here.isEmpty
            )
        }
        isEmpty = tasks.isEmpty
        isFiltered = filter.isSet
        search = filter.search ?? ""
        statuses = WorkStatus.allCases.map {
            Choice(value: $0.rawValue, label: $0.label, isSelected: $0 == filter.status)
        }
        priorities = TaskPriority.allCases.reversed().map {
            Choice(value: $0.rawValue, label: $0.label, isSelected: $0 == filter.priority)
        }
        self.people = people.map { Choice(value: $0.id, label: $0.name, isSelected: false) }
        assignees =
            ([("me", "Me"), ("none", "Nobody")] + people.map { ($0.id, $0.name) }).map { value, label in
                Choice(value: value, label: label, isSelected: value == filter.assignee)
            }
        self.pager = pager
        shownCount = tasks.count
        isCut = isBoard && pager.total > tasks.count
        note = form.note
        typedTitle = form.values["title"] ?? ""
        editFields = [
            Field(
                "name",
                "Name",
                .text(type: "text", autocomplete: "off"),
                longest: 200,
                value: project.name,
                scope: "edit"
            ),
            Field("description", "Description", .area, isRequired: false, value: project.description, scope: "edit"),
            Field(
                "status",
                "Status",
                .choice(WorkStatus.allCases.map { ($0.rawValue, $0.label) }),
                value: project.status,
                scope: "edit"
            ),
        ]
    }

    package var markup: String { Templates.render(self, with: "project") }
}
