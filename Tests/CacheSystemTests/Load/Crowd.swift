import Synchronization

/// Clients that go on without pause while something else happens.
final class Crowd: Sendable {
    private let isOver = Atomic(false)

    /// Runs the clients as long as the body runs, and then until each has been answered.
    ///
    /// - Throws: what the body throws, or what a client could not understand.
    static func during(_ clients: [any Client], _ body: () async throws -> Void) async throws {
        let crowd = Crowd()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for client in clients {
                group.addTask {
                    var client = client
                    while !crowd.isOver.load(ordering: .relaxed) { try await client.step() }
                }
            }
            defer { crowd.isOver.store(true, ordering: .relaxed) }
            try await body()
        }
    }
}
