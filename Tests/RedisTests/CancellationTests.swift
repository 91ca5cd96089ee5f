import HubTesting
import Testing

@testable import Redis

@Suite("Cancelled tasks", .timeLimit(.minutes(2)))
struct CancellationTests {
    @Test("A cancelled task is resumed at once, and its reply is dropped without disturbing the others")
    func cancelled() async throws {
        try await RedisFixture.with { fixture in
            try await fixture.withConnection { connection in
                try await withThrowingTaskGroup(of: RedisError?.self) { group in
                    group.addTask {
                        await outcome { () throws(RedisError) in try await connection.command("BLPOP", "list", 0) }
                            .failure
                    }
                    try await pending(1, on: connection)
                    group.cancelAll()
                    // The server still blocks on the list: only the cancellation can have resumed the task.
                    let error = try await group.next() ?? nil
                    #expect(error?.code == .cancelled)
                    #expect(error?.delivery == .mayHaveExecuted)
                }
                async let after = connection.command("ECHO", "after")
                try await pending(2, on: connection)
                _ = try fixture.server.ask("RPUSH list value")
                let reply = try await after
                #expect(reply.string == "after")
                #expect(connection.statistics.cancellations == 1)
            }
        }
    }

    @Test("A task that is cancelled before it asks sends nothing")
    func cancelledBefore() async throws {
        try await RedisFixture.with { fixture in
            try await fixture.withConnection { connection in
                let task = Task {
                    while !Task.isCancelled { await Task.yield() }
                    return await outcome { () throws(RedisError) in try await connection.command("INCR", "key") }
                        .failure
                }
                task.cancel()
                let error = await task.value
                #expect(error?.code == .cancelled)
                #expect(error?.delivery == .notSent)
                let value = try await connection.command("GET", "key")
                #expect(value == .null)
            }
        }
    }

    @Test("Cancellations that race with replies resume each task exactly once and lose no reply")
    func races() async throws {
        try await RedisFixture.with { fixture in
            try await fixture.withConnection { connection in
                let wrong = await withTaskGroup(of: Bool.self) { group in
                    for number in 0..<2000 {
                        group.addTask {
                            let task = Task {
                                await outcome { () throws(RedisError) in
                                    try await connection.command("ECHO", "\(number)")
                                }
                            }
                            for _ in 0..<number % 7 { await Task.yield() }
                            if number % 2 == 0 { task.cancel() }
                            switch await task.value {
                            case .success(let reply): return reply.integer != number
                            case .failure(let error): return error.code != .cancelled || number % 2 != 0
                            }
                        }
                    }
                    return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
                }
                #expect(wrong == 0)
                let last = try await connection.command("ECHO", "last")
                #expect(last.string == "last")
                try await pending(0, on: connection)
            }
        }
    }

    @Test("An attempt to connect can be cancelled")
    func connecting() async throws {
        let server = try RawServer(.silence)
        defer { server.stop() }
        try await RedisFixture.with { fixture in
            let configuration = fixture.configuration { configuration in
                configuration.port = server.port
                configuration.connectTimeout = .seconds(60)
            }
            let task = Task { () async -> RedisError? in
                do throws(RedisError) {
                    _ = try await RedisConnection.open(configuration, on: fixture.reactor)
                    return nil
                } catch {
                    return error
                }
            }
            task.cancel()
            let error = await task.value
            #expect(error?.code == .cancelled)
        }
    }

    private func pending(_ count: Int, on connection: RedisConnection) async throws {
        try await waitFor("\(count) commands under way", within: .seconds(30)) {
            connection.statistics.pending == count
        }
    }
}
