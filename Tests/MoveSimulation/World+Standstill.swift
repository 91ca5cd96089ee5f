import HubModel
import Moving

extension World {
    /// The tenant is copied and verified, or switched, and nothing happens yet.
    mutating func standStill(_ wish: MoveWish) {
        let generation = MoveGeneration.first
        let attempt = MoveAttempt.none.next
        directory.move.state = wish == .switch ? .verified : .switched
        directory.move.wish = wish
        directory.move.attempt = attempt
        source.attempt = attempt
        target.attempt = attempt
        target.rows = source.rows
        let stream: MoveDirection = wish == .switch ? .forward : .reverse
        for direction in MoveDirection.allCases
        where direction == stream || (stream == .forward && !has(.lateReverseSlot)) {
            self[direction.giving].add(.init(generation: generation, direction: direction, kind: .publication))
            self[direction.giving].add(.init(generation: generation, direction: direction, kind: .slot(position: 0)))
        }
        self[stream.receiving].setSubscription(generation, stream, true)
        target.ownership = .init(state: .importing, epoch: directory.move.epoch, attempt: attempt)
        guard stream == .reverse else { return }
        source.ownership?.state = .left
        directory.move.serving = .target
        directory.move.epoch = directory.move.epoch.next
        directory.tenant.serving = .target
        directory.tenant.epoch = directory.move.epoch
        target.ownership = .init(state: .active, epoch: directory.move.epoch, attempt: attempt)
        for router in routers.indices { routers[router] = directory.tenant }
    }
}
