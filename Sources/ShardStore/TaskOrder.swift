/// How a list of tasks is sorted.
package enum TaskOrder: Sendable {
    case newestFirst
    /// Tasks without a due date come last.
    case earliestDueFirst

    /// The columns of ORDER BY, under the alias of their table.
    func columns(of table: String) -> String {
        switch self {
        case .newestFirst: "\(table).createdAt DESC, \(table).id DESC"
        case .earliestDueFirst: "\(table).dueDate, \(table).id"
        }
    }
}
