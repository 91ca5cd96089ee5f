/// How far a project or a task has come; the raw values are those of their `status` columns.
package enum WorkStatus: String, CaseIterable, Codable, Sendable {
    case notStarted = "not-started"
    case inProgress = "in-progress"
    case completed
}
