import HubColumns
package import HubModel
package import Moving
import Postgres

/// Something that happened in a move.
package struct MoveEvent: Hashable, Sendable {
    /// Rises; the place in the log.
    package let id: Int64
    package let at: Timestamp
    package let attempt: Int64
    package let holder: String?
    package let state: MoveState
    package let step: MoveStep?
    package let wish: MoveWish?
    package let epoch: Epoch
    /// Why something did not go on.
    package let message: String?
}

extension MoveEvent {
    static let columns = "id, createdAt, attempt, holder, state, step, wish, epoch, message"

    init(_ row: PostgresRow) throws(PostgresError) {
        let stateName: String, stepName: String?, wishName: String?
        (id, at, attempt, holder, stateName, stepName, wishName, epoch, message) = try row.decode(
            (
                Int64.self, Timestamp.self, Int64.self, String?.self, String.self, String?.self, String?.self,
                Epoch.self, String?.self
            )
        )
        guard let state = MoveState(rawValue: stateName) else {
            throw PostgresError(.decoding, "an event has a state that this release does not know")
        }
        self.state = state
        step = stepName.flatMap(MoveStep.init)
        wish = wishName.flatMap(MoveWish.init)
    }
}
