import Directory
import FoundationEssentials
import HubModel
import HubTesting
import Migrations
import Placement
import Postgres
import Reactor
import Testing

@Suite(.serialized) struct DirectoryFeedTests {
    @Test("A feed reads everything, then follows suspensions, moves, renames, erasures and new backends")
    func follows() async throws {
        try await FeedDirectory.with(tenants: 3) { directory in
            try await RunningFeed.with(directory.configuration) { feed in
                try await waitFor("the first snapshot") { feed.last?.tenantCount == 3 }
                #expect(feed.last?.shards.first { $0.id == ShardID("us-1") }?.backends.map(\.port) == [8082])

                try directory.run("UPDATE tenants SET state = 'suspended' WHERE subdomain = 'tenant-1'")
                try await waitFor("the suspension") { feed.state(of: "tenant-1") == .suspended }

                try directory.run("UPDATE tenants SET shard = 'eu-1', epoch = epoch + 1 WHERE subdomain = 'tenant-2'")
                try await waitFor("the move") {
                    guard case .route(let route) = feed.lookup("tenant-2"), let last = feed.last else { return false }
                    return route.epoch == Epoch(rawValue: 2) && last.shards[route.shard].id == ShardID("eu-1")
                }

                try directory.run("UPDATE tenants SET subdomain = 'renamed' WHERE subdomain = 'tenant-1'")
                try await waitFor("the rename") { feed.lookup("tenant-1") == .renamed(Subdomain("renamed")!) }
                #expect(feed.state(of: "renamed") == .suspended)

                try directory.run("DELETE FROM tenants WHERE subdomain = 'renamed'")
                try await waitFor("the erasure") { feed.lookup("renamed") == .unknown }
                #expect(feed.lookup("tenant-1") == .unknown)
                #expect(feed.last?.tenantCount == 2)

                try directory.run(
                    "INSERT INTO backends VALUES ('backend-us-2', 'us-1', '127.0.0.1', 9999, '127.0.0.1', 9998)"
                )
                try await waitFor("the backend") { feed.last?.shards.flatMap(\.backends).map(\.port) == [8082, 9999] }
                try directory.run("DELETE FROM backends WHERE name = 'backend-us-1'")
                try await waitFor("its end") { feed.last?.shards.flatMap(\.backends).map(\.port) == [9999] }

                let versions = feed.snapshots.map(\.version)
                #expect(versions == versions.sorted())
            }
        }
    }

    @Test("A change is in use long before the next poll, because the feed is notified")
    func notified() async throws {
        try await FeedDirectory.with { directory in
            try await RunningFeed.with(directory.configuration) { feed in
                try await waitFor("the first snapshot") { feed.last != nil }
                var fastest = Duration.seconds(10)
                for number in 0..<10 {
                    let state: TenantState = number.isMultiple(of: 2) ? .suspended : .active
                    try directory.run("UPDATE tenants SET state = '\(state.rawValue)' WHERE subdomain = 'tenant-0'")
                    let committed = ContinuousClock.now
                    try await waitFor("change \(number)") { feed.state(of: "tenant-0") == state }
                    fastest = min(fastest, .now - committed)
                }
                #expect(fastest < .milliseconds(250))
            }
        }
    }

    @Test("A change whose notification never came is found by polling")
    func missedNotification() async throws {
        try await FeedDirectory.with { directory in
            try await RunningFeed.with(directory.configuration) { feed in
                try await waitFor("the first snapshot") { feed.last != nil }
                // Without triggers nobody is notified.
                try directory.run(
                    """
                    BEGIN; SET LOCAL session_replication_role = replica;
                    UPDATE directory_version SET version = version + 1;
                    UPDATE tenants SET state = 'held', version = (SELECT version FROM directory_version)
                    WHERE subdomain = 'tenant-1'; COMMIT
                    """
                )
                try await waitFor("the change", within: .seconds(3)) { feed.state(of: "tenant-1") == .held }
            }
        }
    }

    @Test("A killed directory leaves the last snapshot in use, and what changed is found when it is back")
    func killed() async throws {
        try await FeedDirectory.with { directory in
            try await RunningFeed.with(directory.configuration) { feed in
                try await waitFor("the first snapshot") { feed.last != nil }
                directory.cluster.kill9()
                try await waitFor("the feed to notice") { feed.feed.status.isOffline }
                #expect(feed.state(of: "tenant-0") == .active)
                try directory.cluster.start()
                try directory.run("UPDATE tenants SET state = 'suspended' WHERE subdomain = 'tenant-0'")
                try await waitFor("the change") { feed.state(of: "tenant-0") == .suspended }
                #expect(feed.feed.status.state == .following)
                // Its own server came back: only the change was read.
                #expect(feed.snapshots.count == 2)
            }
        }
    }

    @Test("A directory that accepts and says nothing is noticed, and used again when it speaks")
    func hung() async throws {
        try await FeedDirectory.with { directory in
            try await RunningFeed.with(directory.configuration) { feed in
                try await waitFor("the first snapshot") { feed.last != nil }
                directory.cluster.sigstop()
                try await waitFor("the feed to notice", within: .seconds(15)) { feed.feed.status.isOffline }
                directory.cluster.sigcont()
                try await waitFor("the feed to come back", within: .seconds(15)) {
                    feed.feed.status.state == .following
                }
            }
        }
    }

    @Test("Many changes at once are read as a whole")
    func manyChanges() async throws {
        try await FeedDirectory.with { directory in
            try await RunningFeed.with(directory.configuration) { feed in
                try await waitFor("the first snapshot") { feed.last != nil }
                try directory.insert(100..<25_100)
                try await waitFor("them all", within: .seconds(30)) { feed.last?.tenantCount == 25_003 }
                #expect(feed.snapshots.count == 2)
                #expect(feed.state(of: "tenant-25099") == .active)
            }
        }
    }

    @Test("A router that starts while the directory is down serves what it knew")
    func coldStart() async throws {
        try await withSnapshotFile { file in
            try await FeedDirectory.with { directory in
                try await RunningFeed.with(directory.configuration, file: file) { feed in
                    try await waitFor("the file") { try file.load()?.tenantCount == 3 }
                }
                directory.cluster.kill9()
                try await RunningFeed.with(directory.configuration, file: file) { feed in
                    #expect(feed.last?.tenantCount == 3)
                    #expect(feed.state(of: "tenant-2") == .active)
                    try await waitFor("the feed to notice") { feed.feed.status.isOffline }
                    try directory.cluster.start()
                    try directory.insert(3..<4)
                    try await waitFor("the new tenant") { feed.state(of: "tenant-3") == .active }
                    try await waitFor("the file to follow") { try file.load()?.tenantCount == 4 }
                }
            }
        }
    }

    @Test("Who waits for it to settle knows what is not in the file yet, and waits for no directory that is down")
    func settles() async throws {
        try await withSnapshotFile { file in
            try await FeedDirectory.with { directory in
                try await RunningFeed.with(directory.configuration, file: file) { feed in
                    try await waitFor("the file") { try file.load()?.tenantCount == 3 }
                }
                try directory.insert(3..<4)
                try await RunningFeed.with(directory.configuration, file: file) { feed in
                    await feed.feed.settle(within: .seconds(60))
                    #expect(feed.state(of: "tenant-3") == .active)
                }
                directory.cluster.kill9()
                try await RunningFeed.with(directory.configuration, file: file) { feed in
                    await feed.feed.settle(within: .seconds(60))
                    #expect(feed.feed.status.isOffline)
                    #expect(feed.state(of: "tenant-2") == .active)
                }
                try directory.cluster.start()
            }
        }
    }

    @Test("A damaged snapshot file is ignored, and replaced by a good one")
    func damagedFile() async throws {
        try await withSnapshotFile { file in
            try await FeedDirectory.with { directory in
                try file.store(DirectorySnapshot())
                var bytes = try Array(Data(contentsOf: URL(filePath: file.path)))
                bytes[bytes.count / 2] ^= 1
                try Data(bytes).write(to: URL(filePath: file.path))
                #expect(throws: FeedSnapshotFileError.self) { try file.load() }
                try await RunningFeed.with(directory.configuration, file: file) { feed in
                    try await waitFor("the file to be replaced") { (try? file.load())??.tenantCount == 3 }
                    #expect(feed.snapshots.map(\.tenantCount) == [3])
                }
            }
        }
    }

    @Test("A directory that has lost its tenants, or its history, does not take the place of a good snapshot")
    func shrunken() async throws {
        try await withSnapshotFile { file in
            try await FeedDirectory.with(tenants: 60) { directory in
                try await RunningFeed.with(directory.configuration, file: file) { feed in
                    try await waitFor("the file") { try file.load()?.tenantCount == 60 }
                }
                try directory.run("DELETE FROM tenants WHERE subdomain <> 'tenant-0'")
                try await RunningFeed.with(directory.configuration, file: file) { feed in
                    try await waitFor("the refusal") {
                        if case .refused = feed.feed.status.state { true } else { false }
                    }
                    #expect(feed.last?.tenantCount == 60)
                }
                try directory.insert(100..<159)
                try directory.run("UPDATE directory_version SET version = 1")
                try await RunningFeed.with(directory.configuration, file: file) { feed in
                    try await waitFor("the refusal") {
                        if case .refused = feed.feed.status.state { true } else { false }
                    }
                    #expect(feed.last?.tenantCount == 60)
                }
            }
        }
    }

    @Test("Without a snapshot, a directory of the wrong version or another password ends the feed with a sentence")
    func settledFailures() async throws {
        try await FeedDirectory.with { directory in
            let reactor = try Reactor()
            defer { reactor.shutdown() }
            var wrong = directory.configuration
            wrong.password = "another"
            let refused = await #expect(throws: PostgresError.self) {
                try await RunningFeed(wrong, reactor: reactor).feed.run()
            }
            #expect(refused?.code == .authentication)
            try directory.run(
                "DELETE FROM schema_migrations WHERE version = (SELECT max(version) FROM schema_migrations)"
            )
            let behind = await #expect(throws: MigrationError.self) {
                try await RunningFeed(directory.configuration, reactor: reactor).feed.run()
            }
            #expect(behind?.description.contains("hubctl migrate") == true)
        }
    }

    @Test("With a snapshot, a directory of the wrong version is left alone and the snapshot stays in use")
    func wrongSchemaWithSnapshot() async throws {
        try await withSnapshotFile { file in
            try await FeedDirectory.with { directory in
                try await RunningFeed.with(directory.configuration, file: file) { feed in
                    try await waitFor("the file") { try file.load() != nil }
                }
                try directory.run("DELETE FROM schema_migrations WHERE version = 1")
                try await RunningFeed.with(directory.configuration, file: file) { feed in
                    try await waitFor("the feed to notice") { feed.feed.status.isOffline }
                    #expect(feed.last?.tenantCount == 3)
                }
            }
        }
    }
}
