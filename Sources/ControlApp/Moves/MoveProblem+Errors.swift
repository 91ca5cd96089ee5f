import Directory
import MoveEngine
import Moving
import Postgres

extension MoveProblem {
    /// What a failure on a shard means for the move.
    init(_ error: MoveError) {
        switch error.code {
        case .superseded: self.init(.superseded, error.message)
        case .late: self.init(.transient, error.message)
        case .unavailable:
            // A connection that was lost under a statement: it may yet come to pass.
            self.init(error.isUndecided ? .unknown : .transient, error.message)
        case .cancelled: self.init(.unknown, error.message)
        case .stopped: self.init(.copyLost, error.message)
        case .notHeld, .refused, .failed: self.init(.refused, error.message)
        }
    }

    /// What a failure of the directory means for the move.
    init(_ error: DirectoryError) {
        switch error.code {
        case .superseded: self.init(.superseded, error.message)
        case .unavailable: self.init(.transient, error.message)
        case .outcomeUnknown, .cancelled: self.init(.unknown, error.message)
        default: self.init(.refused, error.message)
        }
    }

    /// What a failure of a backend means for the move.
    init(_ error: ShardClientError) {
        switch error.code {
        case .notSent: self.init(.transient, error.message)
        case .unknown: self.init(.unknown, error.message)
        case .refused: self.init(.refused, error.message)
        }
    }
}

extension MoveError {
    /// Whether what was sent may have been done, or be done yet.
    fileprivate var isUndecided: Bool {
        switch underlying?.code {
        case .connection, .commitUnknown, nil: true
        default: false
        }
    }
}
