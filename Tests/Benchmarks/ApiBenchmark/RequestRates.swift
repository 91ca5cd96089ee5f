import BenchmarkReport
import HubModel
import HubWire
import NIOHTTP1

/// What each kind of request costs: on tenant demo of shard us-1, with two backends.
struct RequestRates {
    private static let seconds = 6
    private static let connections = 16

    let hub: Hub

    func report() async throws {
        let client = try await hub.administrator(of: "demo")
        let project = try await client.send(.POST, "/api/projects", ["name": "Benchmark"]).decode(ProjectView.self)
        var tasks: [TaskID] = []
        for number in 0..<50 {
            let path = "/api/projects/\(project.id)/tasks"
            tasks.append(try await client.send(.POST, path, ["title": "Task \(number)"]).decode(TaskView.self).id)
        }
        let list = tasks.map { "\"\($0)\"" }.joined(separator: ",")
        let operations: [(name: String, script: String)] = [
            ("project list", get("\"/api/projects\"")),
            ("task list", get("\"/api/projects/\(project.id)/tasks\"")),
            ("one task", "local ids = {\(list)}\n" + get("\"/api/tasks/\" .. ids[math.random(#ids)]")),
            (
                "create task",
                """
                request = function()
                  return wrk.format("POST", "/api/projects/\(project.id)/tasks", nil, '{"title": "Made under load"}')
                end
                """
            ),
            (
                "update task",
                """
                local ids, n = {\(list)}, 0
                request = function()
                  n = n + 1
                  return wrk.format("PUT", "/api/tasks/" .. ids[math.random(#ids)], nil, '{"title": "Title ' .. n .. '"}')
                end
                """
            ),
        ]
        let load = LoadGenerator(hub: hub, client: client)
        var report = Report(columns: [
            "request", "per second", "p50 ms", "p99 ms", "CPU µs", "router", "backend", "postgres", "redis",
            "in database", "failures",
        ])
        for operation in operations {
            _ = try await load.run(operation.script, connections: RequestRates.connections, seconds: 1)
            let before = try await ServerCosts.now(of: hub)
            let result = try await load.run(
                operation.script,
                connections: RequestRates.connections,
                seconds: RequestRates.seconds
            )
            let costs = try await ServerCosts.now(of: hub) - before
            func each(_ seconds: Double) -> String {
                (seconds * 1_000_000 / Double(result.requests)).formatted(digits: 0)
            }
            report.add(
                operation.name,
                result.perSecond.formatted(digits: 0),
                (result.p50.seconds * 1000).formatted(digits: 2),
                (result.p99.seconds * 1000).formatted(digits: 2),
                each(costs.total),
                each(costs.router),
                each(costs.backends),
                each(costs.postgres),
                each(costs.redis),
                (costs.database / costs.requests * 100).formatted(digits: 1) + " %",
                String(result.failures)
            )
        }
        report.print(
            title: """
                Requests of one tenant through the router, \(RequestRates.connections) connections, \
                \(RequestRates.seconds) s each; load, router, backends and PostgreSQL share this machine
                """
        )
        print("\n  in database: the share of the requests' time in the backends for which a statement was running.")
    }

    // MARK: - Private

    private func get(_ path: String) -> String { "request = function() return wrk.format(\"GET\", \(path)) end" }
}
