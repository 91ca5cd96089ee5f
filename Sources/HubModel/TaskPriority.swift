/// How urgent a task is; the raw values are those of the `tasks.priority` column.
package enum TaskPriority: String, CaseIterable, Codable, Sendable {
    case low
    case medium
    case high
}
