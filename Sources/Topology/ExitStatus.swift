/// What the exit status of every executable of the hub means.
package enum ExitStatus: Int32, CaseIterable, Sendable {
    case success = 0
    /// The operation failed.
    case failed = 1
    /// The command line, the topology or a secret is wrong.
    case usage = 2
    /// A database, a cache or control cannot be reached.
    case unreachable = 3
    /// A database's schema is not the version this build needs.
    case wrongSchema = 4
    /// The operation is not allowed now, or something of that name exists.
    case refused = 5
    case notFound = 6
    /// Some of the items failed, the others are done.
    case partial = 7

    package var meaning: String {
        switch self {
        case .success: "done"
        case .failed: "the operation failed"
        case .usage: "wrong usage: the command line, the topology or a secret"
        case .unreachable: "a database, a cache or control cannot be reached"
        case .wrongSchema: "a database's schema has the wrong version"
        case .refused: "refused: it exists already, or the state does not allow it"
        case .notFound: "there is no such thing"
        case .partial: "some items failed, the others are done"
        }
    }
}
