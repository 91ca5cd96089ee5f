package import HubModel

/// The right of one mover to change what belongs to a move: on each shard it holds as long as the tenant's ownership row
/// carries the move, and no higher attempt of it was noted there, which is remembered for longer than that row.
package struct MoveClaim: Hashable, Sendable {
    package let move: MoveID
    package let tenant: TenantID
    /// Raised by each mover that takes the move over; 1 or more.
    package let attempt: Int64
    /// The number of the copy, 1 or more: one that was lost with its snapshot is made again under the next.
    package let generation: Int

    package init(move: MoveID, tenant: TenantID, attempt: Int64, generation: Int) {
        precondition(attempt > 0 && generation > 0, "attempts and generations are counted from 1")
        self.move = move
        self.tenant = tenant
        self.attempt = attempt
        self.generation = generation
    }
}
