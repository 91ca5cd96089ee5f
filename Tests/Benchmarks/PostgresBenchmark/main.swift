import BenchmarkReport
import HubTesting
import Logging
import Postgres
import Reactor

// Point look-ups by primary key, pgbench's `select-only`, by pgbench and by the driver, on one server in one run.

let seconds = 4
let rounds = 3
let scale = 10

let reactors = try ReactorGroup(count: 1, name: "bench")
let cluster = try PostgresCluster.start()
try await cluster.withDatabase { configuration in
    let peer = try Pgbench(configuration: configuration, password: cluster.password, scale: scale)
    let driver = DriverLoad(configuration: configuration, reactors: reactors, accounts: scale * 100_000)
    var report = Report(columns: ["connections", "client", "queries/s", "× pgbench", "CPU µs/query"])
    for connections in [1, 8] {
        var results: [(String, [Measurement])] = [
            ("pgbench -S -M prepared", []), ("driver, one at a time", []),
            ("pgbench, pipelines of 32", []), ("driver, 32 in flight", []),
        ]
        for _ in 0..<rounds {
            results[0].1.append(try await peer.selectOnly(connections: connections, seconds: seconds))
            results[1].1.append(try await driver.run(connections: connections, inFlight: 1, seconds: seconds))
            results[2].1.append(try await peer.pipelined(connections: connections, depth: 32, seconds: seconds))
            results[3].1.append(try await driver.run(connections: connections, inFlight: 32, seconds: seconds))
        }
        let medians = results.map { ($0.0, $0.1.map(\.perSecond).median, $0.1.map(\.cpuMicroseconds).median) }
        for (index, (name, rate, cpu)) in medians.enumerated() {
            report.add(
                String(connections),
                name,
                rate.formatted(digits: 0),
                index == 0
                    ? "1.00"
                    : (rate / medians[0].1).formatted(digits: 2)
                        + (index == 3 ? " (\((rate / medians[2].1).formatted(digits: 2)) of its pipelines)" : ""),
                cpu.formatted(digits: 1)
            )
        }
    }
    report.print(
        title: "Select by primary key, \(rounds) rounds of \(seconds) s each, medians; one server, same machine"
    )
    print("\n  Goal: the driver with pipelining at 0.8 × pgbench -S or more, on one connection and on eight.")
}
cluster.remove()
reactors.shutdown()
