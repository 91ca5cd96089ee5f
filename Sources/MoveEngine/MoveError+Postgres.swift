import HubModel
import Postgres

extension MoveError {
    /// Tells a driver's error in the terms of a move.
    ///
    /// - Parameter doing: what was being done, as in "making the slot".
    init(_ error: PostgresError, at shard: ShardID, doing: String) {
        let (code, reason) = MoveError.meaning(of: error, shard)
        self.init(code, "\(doing) at \(shard): \(reason)", at: shard, underlying: error)
    }

    // MARK: - Private

    private static func meaning(of error: PostgresError, _ shard: ShardID) -> (Code, String) {
        switch error.code {
        case .server: return meaning(ofServer: error)
        case .cancelled: return (.cancelled, "the mover was cancelled")
        case .timeout: return (.late, "it took longer than it may")
        case .connection, .authentication, .poolExhausted, .poolClosed, .transactionRolledBack, .commitUnknown,
            .conditionFailed:
            return (.unavailable, "the server of \(shard) cannot answer now: \(error.message)")
        case .protocolViolation, .decoding, .encoding, .invalidUse:
            return (.failed, "the server's answer was not understood: \(error.message)")
        }
    }

    private static func meaning(ofServer error: PostgresError) -> (Code, String) {
        switch error.sqlState ?? "" {
        case "HU409": return (.notHeld, "the move does not hold the tenant there")
        case "HU410": return (.superseded, "a younger attempt has taken the move over")
        case "HU421": return (.notHeld, "the shard does not serve the tenant at this epoch")
        case "HU412": return (.refused, error.message)
        case "55P03": return (.late, "a lock was not granted in time")
        case "23503": return (.notHeld, "the tenant does not exist there")
        case "53100":
            return (
                .refused,
                "its disk is full (\(error.message)); make room there, then let the move go on with 'hubctl move resume'"
            )
        case "53400": return (.refused, "a limit of the server is reached: \(error.message)")
        case let state where ["08", "53", "57", "58"].contains(String(state.prefix(2))):
            return (.unavailable, "the server cannot answer now: \(error.message)")
        default: return (.failed, error.message)
        }
    }
}
