import Caching
import HubModel
import HubTesting
import Postgres
import Testing

@testable import ShardStore

@Suite("A write and the cache's fence", .serialized)
struct WriteFencingTests {
    private let project = NewProject(name: "P")

    @Test("The fence stands before anybody sees the change, and is lowered once everybody does")
    func order() async throws {
        try await withShard { shard in
            let tenant = try await shard.makeTenant()
            let seen = Counter()
            let fence = RecordingFence { raised in
                let count = try? await shard.count("projects", of: tenant.id)
                let isRunning = try? await shard.isInProgress(raised.writer)
                if count == 0, isRunning == true { seen.add() }
                return nil
            } onLower: { _ in
                let count = try? await shard.count("projects", of: tenant.id)
                if count == 1 { seen.add() }
            }
            _ = try await shard.store(fencing: .by(fence)).withWrite(tenant.context) {
                try await $0.projects.create(project)
            }
            #expect(seen.value == 2)
            #expect(fence.lowered == [.committed])
            let raised = try #require(fence.raised.first)
            let subjects: [CacheSubject] = [.projects, .usage, .position]
            #expect(raised.scope == CacheScope(tenant: tenant.id, tenantEpoch: .first, subjects: subjects))
            #expect(raised.row == GateRow(epoch: GateEpoch(rawValue: 0)))
            #expect(try await shard.isInProgress(raised.writer) == false)
        }
    }

    @Test(
        "All changes of a transaction are fenced at once, and the position that replicas must reach by every transaction"
    )
    func scope() async throws {
        try await withShard { shard in
            let tenant = try await shard.makeTenant()
            let fence = RecordingFence()
            let store = shard.store(fencing: .by(fence))
            try await store.withWrite(tenant.context) { transaction in
                let project = try await transaction.projects.create(project)
                _ = try await transaction.tasks.create(NewTask(project: project.id, title: "T"))
                _ = try await transaction.sessions.create(for: tenant.admin, lifetime: .seconds(60))
            }
            try await store.withWrite(tenant.context) { transaction in
                try await transaction.audit.append(AuditEntry(.login, .user, tenant.admin.uuid))
            }
            let subjects: [[CacheSubject]] = [[.projects, .usage, .user(tenant.admin), .position], [.position]]
            #expect(fence.raised.map(\.scope.subjects) == subjects)
        }
    }

    @Test("A refused write leaves nothing, and is done again from its beginning until it passes")
    func refusal() async throws {
        try await withShard { shard in
            let tenant = try await shard.makeTenant()
            let (attempts, leftovers) = (Counter(), Counter())
            let fence = RecordingFence { _ in
                let rows = try? await shard.count("projects", of: tenant.id)
                if rows != 0 { leftovers.add() }
                return attempts.add() < 3 ? .refused(retryAfter: .milliseconds(2)) : nil
            }
            let runs = Counter()
            _ = try await shard.store(fencing: .by(fence)).withWrite(tenant.context) { transaction in
                runs.add()
                return try await transaction.projects.create(project)
            }
            #expect((runs.value, attempts.value, leftovers.value) == (3, 3, 0))
            #expect(fence.lowered == [.committed])
            #expect(Set(fence.raised.map(\.writer)).count == 3)
            #expect(try await shard.count("projects", of: tenant.id) == 1)
        }
    }

    @Test("A write that is refused for longer than the store's patience is unavailable, and leaves nothing")
    func patience() async throws {
        try await withShard { shard in
            let tenant = try await shard.makeTenant()
            let fence = RecordingFence { _ in .refused(retryAfter: .milliseconds(10)) }
            let store = shard.store(fencing: .by(fence), patience: .milliseconds(100))
            await expect(.unavailable) {
                try await store.withWrite(tenant.context) { try await $0.projects.create(project) }
            }
            #expect(fence.raised.count > 1 && fence.lowered == [])
            #expect(try await shard.count("projects", of: tenant.id) == 0)
        }
    }

    @Test("A body that fails is not fenced; a COMMIT that fails lowers the fence as aborted")
    func aborted() async throws {
        try await withShard { shard in
            let tenant = try await shard.makeTenant()
            let fence = RecordingFence()
            let store = shard.store(fencing: .by(fence))
            await #expect(throws: Undo.self) {
                try await store.withWrite(tenant.context) { transaction in
                    _ = try await transaction.projects.create(project)
                    throw Undo()
                }
            }
            #expect(fence.raised.isEmpty)
            try await shard.onCommit("RAISE EXCEPTION USING ERRCODE = '23514'")
            await expect(.invalidValue(field: nil)) {
                try await store.withWrite(tenant.context) { try await $0.projects.create(project) }
            }
            #expect(fence.lowered == [.aborted])
            #expect(try await shard.count("projects", of: tenant.id) == 0)
        }
    }

    @Test("A connection that is lost during COMMIT lowers the fence as unknown")
    func unknown() async throws {
        try await withShard { shard in
            let tenant = try await shard.makeTenant()
            let fence = RecordingFence()
            let store = shard.store(fencing: .by(fence))
            try await shard.onCommit("PERFORM pg_advisory_xact_lock(1, 1)")
            try await shard.owner.withConnection { owner in
                _ = try await owner.query("SELECT pg_advisory_lock(1, 1)")
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        await expect(.outcomeUnknown) {
                            try await store.withWrite(tenant.context) { try await $0.projects.create(project) }
                        }
                    }
                    try await waitFor("the COMMIT") { try await shard.waitingForLock() == 1 }
                    // Of this database: in those of other tests people wait for such locks as well.
                    _ = try await owner.query(
                        """
                        SELECT pg_terminate_backend(pid) FROM pg_locks
                        WHERE locktype = 'advisory' AND NOT granted
                          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                        """
                    )
                    try await group.waitForAll()
                }
                _ = try await owner.query("SELECT pg_advisory_unlock(1, 1)")
            }
            #expect(fence.lowered == [.unknown])
        }
    }

    @Test("A task that is cancelled once the fence stands ends its transaction and lowers the fence")
    func cancelled() async throws {
        try await withShard { shard in
            let tenant = try await shard.makeTenant()
            let fence = RecordingFence { _ in
                withUnsafeCurrentTask { $0?.cancel() }
                return nil
            }
            let store = shard.store(fencing: .by(fence))
            let write = Task { try await store.withWrite(tenant.context) { try await $0.projects.create(project) } }
            let outcome = await write.result
            let rows = try await shard.count("projects", of: tenant.id)
            #expect(fence.lowered == [(try? outcome.get()) == nil ? .aborted : .committed])
            #expect(rows == (fence.lowered == [.committed] ? 1 : 0))
        }
    }

    @Test("A writer that does not fence is refused while the cache is used, unless nobody serves the tenant")
    func unfenced() async throws {
        try await withShard { shard in
            let tenant = try await shard.makeTenant()
            let gate = CacheGateStore(pool: shard.app)
            let server = GateServer(run: RunID(rawValue: "run"), nonce: GateNonce(high: 1, low: 2))
            let epoch = GateEpoch(rawValue: 0)
            let write = { (fencing: CacheFencing) in
                try await shard.store(fencing: fencing).withWrite(tenant.context) {
                    try await $0.projects.create(project)
                }
            }
            _ = try await write(.nobody)
            #expect(try await gate.open(after: epoch) { server })
            let error = await expect(.failed) { try await write(.nobody) }
            #expect(error?.message.contains("this writer does not fence it") == true)
            // What the cache does not hold replicas still show.
            await expect(.failed) {
                try await shard.store.withWrite(tenant.context) { transaction in
                    try await transaction.audit.append(AuditEntry(.login, .user, tenant.admin.uuid))
                }
            }
            _ = try await write(.unserved)
            #expect(try await gate.close(epoch.next, reason: "a test"))
            await expect(.failed) { try await write(.nobody) }
            #expect(try await gate.drain(epoch.next))
            _ = try await write(.nobody)
            #expect(try await shard.count("projects", of: tenant.id) == 3)
        }
    }

    @Test("A verb that changes what the cache holds is refused where its COMMIT travels along")
    func writeOnce() async throws {
        try await withShard { shard in
            let tenant = try await shard.makeTenant()
            let session = try await shard.store.withWrite(tenant.context) {
                try await $0.sessions.create(for: tenant.admin, lifetime: .seconds(60)).id
            }
            let store = shard.store(fencing: .by(RecordingFence()))
            await expect(.failed) {
                try await store.writeOnce(tenant.context) { transaction throws(ShardError) in
                    try await transaction.projects.create(project)
                }
            }
            await expect(.failed) {
                try await store.writeOnce(tenant.context) { transaction throws(ShardError) in
                    try await transaction.sessions.delete(session)
                }
            }
            #expect(try await shard.count("projects", of: tenant.id) == 0)
            #expect(try await shard.count("sessions", of: tenant.id) == 1)
            _ = try await store.pruneEvents(tenant.context)
        }
    }

    @Test("An erasure keeps the gate from being opened only when it is about to commit")
    func longErasure() async throws {
        try await withShard { shard in
            let tenant = try await shard.makeTenant()
            let gate = CacheGateStore(pool: shard.app)
            let server = GateServer(run: RunID(rawValue: "run"), nonce: GateNonce(high: 1, low: 2))
            let fence = RecordingFence { raised in
                // Too late: the row was read, and must hold until the COMMIT.
                let isClosed = try? await gate.close(raised.row.epoch, reason: "a test")
                let isOpened = try? await gate.open(after: raised.row.epoch) { server }
                #expect(isClosed == true && isOpened == false)
                return nil
            }
            let store = shard.store(fencing: .by(fence))
            try await shard.owner.withTransaction { owner in
                _ = try await owner.query("SELECT FROM tenants FOR UPDATE")
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { _ = try await store.eraseTenant(tenant.context, id: .fresh()) }
                    try await waitFor("the erasure to wait for a row") {
                        try await shard.owner.query(.waitingSession).count > 0
                    }
                    let isOpened = try await gate.open(after: GateEpoch(rawValue: 0)) { server }
                    #expect(isOpened)
                    _ = try await owner.finish(with: [])
                    try await group.waitForAll()
                }
            }
            #expect(fence.raised.map(\.row.mode) == [.on(server)])
            #expect(fence.lowered == [.committed])
        }
    }

    @Test("Creating and erasing a tenant fences its ownership, once each")
    func ownership() async throws {
        try await withShard { shard in
            let tenant = try await shard.makeTenant()
            let fence = RecordingFence()
            let store = shard.store(fencing: .by(fence))
            #expect(try await store.createTenant(tenant.new, tenant.context) == false)
            #expect(fence.raised.map(\.scope.subjects) == [[.position]], "it was there")
            let id = ErasureID.fresh()
            _ = try await store.eraseTenant(tenant.context, id: id)
            _ = try await store.eraseTenant(tenant.context, id: id)
            #expect(try await store.createTenant(tenant.new, tenant.context))
            let raised = fence.raised.filter { $0.scope.subjects.contains(.ownership) }
            #expect(raised.map(\.scope.subjects) == [[.ownership, .position], [.ownership, .position]])
            #expect(Set(raised.map(\.writer)).count == 2)
            #expect(fence.lowered.allSatisfy { $0 == .committed } && fence.lowered.count == fence.raised.count)
        }
    }
}

extension ShardFixture {
    fileprivate func isInProgress(_ writer: WriterID) async throws -> Bool {
        try await owner.query("SELECT pg_xact_status(\("\(writer.rawValue)")::xid8) = 'in progress'")
            .single().decode(Bool.self, at: 0)
    }

    /// Makes every COMMIT that adds a project run a statement first.
    fileprivate func onCommit(_ statement: String) async throws {
        try await owner.withConnection { owner in
            try await owner.script(
                """
                CREATE FUNCTION on_commit() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN \(statement); RETURN NULL; END $$;
                CREATE CONSTRAINT TRIGGER on_commit AFTER INSERT ON projects DEFERRABLE INITIALLY DEFERRED
                  FOR EACH ROW EXECUTE FUNCTION on_commit();
                """
            )
        }
    }
}

extension PostgresQuery {
    fileprivate static var waitingSession: PostgresQuery {
        "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    }
}
