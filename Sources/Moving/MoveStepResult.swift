package import HubModel

/// What a step brought besides being done.
package enum MoveStepResult: Hashable, Sendable {
    case done
    /// The log position that the stream must pass.
    case marked(LogPosition)
    /// Both sides, table by table; they are equal.
    case compared([TableComparison])
}
