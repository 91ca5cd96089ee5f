import AppFixtures
import HubTesting
import Testing

extension CacheSystemTests {
    @Suite("A replica")
    struct ReplicaTests {
        @Test("One replica follows, one lags ten seconds; the first is suspended, and the second is killed")
        func lagging() async throws {
            try await expectTruth("replicas", replicas: [[:], ["recovery_min_apply_delay": "10s"]]) { trial in
                try await trial.untilRead(from: 0)
                trial.replicas[0].sigstop()
                try await trial.requests(200)
                trial.replicas[0].sigcont()
                try await trial.untilRead(from: 0)
                trial.replicas[1].kill9()
                try await trial.requests(200)
                try await trial.untilRead(from: 0)
            }
        }

        @Test("A replica is promoted while people read from it, and never again shows them what it has")
        func promoted() async throws {
            try await expectTruth("replica promoted", replicas: [[:], [:]]) { trial in
                for index in trial.replicas.indices { try await trial.untilRead(from: index) }
                _ = try await ChildProcess.aside { try trial.replicas[0].run("SELECT pg_promote()") }
                try await trial.requests(300)
                // The other follows all the while.
                try await trial.untilRead(from: 1)
                let after = try await trial.reads(from: 0)
                try await trial.requests(200)
                #expect(try await trial.reads(from: 0) == after)
            }
        }

        @Test(
            "A primary dies, and a replica is promoted: nothing that was acknowledged is lost, and all goes on in time"
        )
        func failover() async throws {
            let report = try await CacheTrial.run(replicas: [[:], [:]]) { trial in
                for index in trial.replicas.indices { try await trial.untilRead(from: index) }
                _ = try await ChildProcess.aside {
                    try trial.databases.cluster.run("ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (*)'")
                    try trial.databases.cluster.run("SELECT pg_reload_conf()")
                }
                try await trial.requests(200)
                trial.databases.cluster.kill9()
                try await trial.failOver()
                let promoted = ContinuousClock.now
                try await trial.untilWritten()
                print("failover: writes again \(ContinuousClock.now - promoted) after the promotion")
                try await trial.requests(300)
                // The cache was closed, since the new primary might lack what was cached, and is used again.
                for backend in trial.backends {
                    try await waitFor("\(backend.name) to use the cache", within: .seconds(60)) {
                        try await backend.metric("hub_cache_open") == 1
                    }
                }
                try await trial.requests(100)
            }
            print("failover: \(report)")
            #expect(report.violations.isEmpty, "\(report.violations.summary)")
        }
    }
}

extension CacheTrial {
    /// Promotes a replica as an operator does. The directory has died with the primary.
    func failOver() async throws {
        let command = [
            try BackendProcess.built("hubctl"), "shards", "failover", "us-1", "--yes", "--without-directory",
            "--topology",
            near.topology,
        ]
        _ = try await ChildProcess.runAside(command, environment: near.secrets)
    }

    /// Waits until some more writes have been acknowledged.
    func untilWritten() async throws {
        let goal = chronicle.history.acknowledgedWrites + 20
        try await waitFor("writes to be acknowledged", within: .seconds(60)) {
            chronicle.history.acknowledgedWrites >= goal
        }
    }

    /// Waits until both backends have answered some more reads at a replica.
    func untilRead(from index: Int) async throws {
        let before = try await reads(from: index)
        try await waitFor("reads at replica \(index)", within: .seconds(60)) {
            try await zip(reads(from: index), before).allSatisfy { $0 > $1 + 5 }
        }
    }

    /// How many reads each backend has answered at a replica.
    func reads(from index: Int) async throws -> [Double] {
        var reads: [Double] = []
        for backend in backends {
            let replica = #"outcome="served",replica="127.0.0.1:\#(replicas[index].port)""#
            reads.append(try await backend.metric("hub_replica_reads", replica) ?? 0)
        }
        return reads
    }
}
