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

    /// The newest tasks of one status.
    package struct Column: Sendable {
        let status: String
        let label: String
        let tasks: [TaskRow]
        /// How many there are, shown or not.
        let total: Int

        package init(_ status: WorkStatus, tasks: [TaskRow], total: Int) {
            self.status = status.rawValue
            label = status.label
            self.tasks = tasks
            self.total = total
        }
    }

    /// How the tasks are shown.
    package enum Tasks: Sendable {
        case list([TaskRow], Pager)
        /// - Parameter more: how many cards of each column are shown when somebody wants more; nil when these are the most.
        case board([Column], more: Int?)
    }

    /// A column, and where more of it is shown.
    struct Part: Sendable {
        let column: Column
        let morePath: String?
        let moreCount: Int
    }

    private let shell: Shell
    private let project: ProjectRow
    private let isBoard: Bool
    private let view: String
    private let listPath: String
    private let boardPath: String
    private let tasks: [TaskRow]
    private let columns: [Part]
    private let isEmpty: Bool
    private let isFiltered: Bool
    private let search: String
    private let statuses: [Choice]
    private let priorities: [Choice]
    private let assignees: [Choice]
    private let people: [Choice]
    private let pager: Pager?
    private let note: String?
    private let typedTitle: String
    private let editFields: [Field]

    /// - Parameters:
    ///   - people: of the tenant, by id and name.
    ///   - otherQuery: the query without `view`, `offset` and `cards`, percent-encoded.
    ///   - form: of a task that could not be made.
    package init(
        shell: Shell,
        project: ProjectRow,
        tasks: Tasks,
        filter: Filter,
        people: [(id: String, name: String)],
        otherQuery: String,
        form: FormState = FormState()
    ) {
        self.shell = shell
        self.project = project
        let path = "/projects/\(project.id)"
        let others = otherQuery.isEmpty ? "" : "&\(otherQuery)"
        let board = "\(path)?view=board\(others)"
        (listPath, boardPath) = ("\(path)?view=list\(others)", board)
        switch tasks {
        case .list(let tasks, let pager):
            (isBoard, view, columns) = (false, "list", [])
            (self.tasks, isEmpty, self.pager) = (tasks, tasks.isEmpty, pager)
        case .board(let columns, let more):
            (isBoard, view, pager) = (true, "board", nil)
            (self.tasks, isEmpty) = ([], columns.allSatisfy(\.tasks.isEmpty))
            self.columns = columns.map { column in
                let rest = column.total - column.tasks.count
                let path = more.map { "\(board)&cards=\($0)#column-\(column.status)" }
                return Part(column: column, morePath: rest > 0 ? path : nil, moreCount: rest)
            }
        }
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
