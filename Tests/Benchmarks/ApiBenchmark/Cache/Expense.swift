/// What the processes of shard us-1 did meanwhile.
struct Expense {
    var costs: ServerCosts
    /// Statements, the renewals of the gate's leases left out.
    var statements: Int
    /// Transactions, those of the cache's auditor left out: it compares one item in each.
    var transactions: Int

    static func of<Answer>(
        _ hub: Hub,
        _ body: () async throws -> Answer
    ) async throws -> (answer: Answer, expense: Expense) {
        let counts = try StatementCounts(of: hub)
        let before = try await ServerCosts.now(of: hub)
        let audited = try await Expense.audited(hub)
        try counts.reset()
        let answer = try await body()
        var expense = Expense(
            costs: ServerCosts(),
            statements: try counts.calls(),
            transactions: try counts.transactions()
        )
        expense.transactions -= try await Expense.audited(hub) - audited
        expense.costs = try await ServerCosts.now(of: hub) - before
        return (answer, expense)
    }

    // MARK: - Private

    private static func audited(_ hub: Hub) async throws -> Int {
        try await CacheGauges.now(of: hub).reduce(0) { $0 + $1.audited }
    }
}
