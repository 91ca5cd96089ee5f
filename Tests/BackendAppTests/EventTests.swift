import AppFixtures
import BackendApp
import FoundationEssentials
import HubModel
import HubTesting
import HubWire
import Observability
import ShardStore
import Testing
import Topology

extension BackendAppTests {
    @Suite("Events")
    struct EventTests {
        @Test("A change is told to all of the tenant, whichever backend they are on, and to nobody else")
        func delivery() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases) { first in
                    try await RunningBackend.with(databases) { second in
                        let acme = try await SampleTenant.create("acme", on: first)
                        let other = try await SampleTenant.create("other", on: first)
                        let (writer, stranger) = (try await acme.signedIn(), try await other.signedIn())
                        let reader = second.router(acme.id).with(writer.fields)
                        let elsewhere = second.router(other.id).with(stranger.fields)
                        try await reader.withEvents { events in
                            #expect(events.status == 200)
                            #expect(events.mediaType == "text/event-stream")
                            #expect(try await events.next()?.data == "{\"resumed\":false}")
                            try await elsewhere.withEvents { otherEvents in
                                #expect(try await otherEvents.next()?.name == "ready")
                                let project = try await writer.createProject("Launch")
                                let task = try await writer.createTask("Write", in: project)
                                let changes = [try await events.change(), try await events.change()]
                                #expect(changes.map(\.action) == [.createProject, .createTask])
                                #expect(changes.map(\.entityId?.uuid) == [project.uuid, task.uuid])
                                #expect(changes.map(\.projectId) == [nil, project])
                                #expect(changes[0].userId != nil)
                                // Were acme's events told here, they would have come before.
                                let theirs = try await stranger.createProject("Theirs")
                                #expect(try await otherEvents.change().entityId?.uuid == theirs.uuid)
                            }
                        }
                    }
                }
            }
        }

        @Test("A stream goes on after the last event its client has seen: none is missed and none told twice")
        func resumption() async throws {
            try await RunningBackend.withTenant { _, administrator in
                let project = try await administrator.createProject("Busy")
                var tasks: [TaskID] = []
                for name in ["a", "b", "c", "d"] { tasks.append(try await administrator.createTask(name, in: project)) }
                let start = try await administrator.withEvents { try await $0.next()?.id }
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for task in tasks {
                        group.addTask {
                            for round in 0..<20 {
                                let answer = try await administrator.put("/api/tasks/\(task)", ["title": "\(round)"])
                                #expect(answer.status == 200)
                            }
                        }
                    }
                    var last = start
                    var told: [String: UUID?] = [:]
                    while told.count < 80 {
                        // Each connection is cut after a few events.
                        last = try await administrator.withEvents(after: last) { events in
                            #expect(try await events.next()?.data == "{\"resumed\":true}")
                            var last = last
                            for _ in 0..<7 where told.count < 80 {
                                let event = try #require(await events.next())
                                let id = try #require(event.id)
                                #expect(told[id] == nil)
                                told[id] = try WireJSON.decode(EventView.self, from: event.data.utf8).entityId?.uuid
                                last = id
                            }
                            return last
                        }
                    }
                    try await group.waitForAll()
                    for task in tasks { #expect(told.values.count { $0 == task.uuid } == 20) }
                }
            }
        }

        @Test(
            "Who comes back too late, or with what is no place in this log, is told to look at everything again",
            arguments: [
                "", "nonsense", "1.2", "9.1.00000000-0000-7000-8000-000000000000",
                "1.1.00000000-0000-7000-8000-000000000000",
            ]
        )
        func unknownPlace(id: String) async throws {
            try await RunningBackend.withTenant { _, administrator in
                try await administrator.withEvents(after: id) { events in
                    #expect(events.status == 200)
                    let ready = try await events.next()
                    #expect(ready?.data == "{\"resumed\":false}")
                    #expect(ready?.id.flatMap(EventPosition.init) != nil)
                }
            }
        }

        @Test("Who follows a tenant that is brought back to a moment is told to look at everything again")
        func restored() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases) { backend in
                    let acme = try await SampleTenant.create("acme", on: backend)
                    let administrator = try await acme.signedIn()
                    let restore = """
                        INSERT INTO events (tenantId, epoch, id, action, entityType)
                        VALUES ('\(acme.id)', 1, '00000000-0000-7000-8000-000000000001', 'RESTORE_TENANT', 'tenant')
                        """
                    let start = try await administrator.withEvents { events in
                        let start = try await events.next()?.id
                        _ = try databases.inShard(restore)
                        #expect(try await events.next() == nil)
                        return start
                    }
                    let again = try await administrator.withEvents(after: start) { events in
                        let ready = try await events.next()
                        #expect(ready?.data == "{\"resumed\":false}")
                        return ready?.id
                    }
                    let last = try await administrator.withEvents(after: again) { try await $0.next()?.data }
                    #expect(last == "{\"resumed\":true}")
                }
            }
        }

        @Test("A stream ends when its session does")
        func ending() async throws {
            try await RunningBackend.withTenant { tenant, administrator in
                let other = try await tenant.signedIn()
                try await other.withEvents { events in
                    _ = try await events.next()
                    #expect(try await other.send("POST", "/api/auth/logout").status == 204)
                    #expect(try await events.next() == nil)
                }
                #expect(try await other.withEvents { $0.status } == 401)
                let member = try await tenant.member("bob", by: administrator)
                try await member.client.withEvents { events in
                    _ = try await events.next()
                    #expect(try await administrator.delete("/api/users/\(member.id)").status == 204)
                    #expect(try await events.next() == nil)
                }
            }
        }

        @Test("Streams end at once when the backend stops")
        func stopping() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases) { backend in
                    let client = try await SampleTenant.create("acme", on: backend).signedIn()
                    let start = ContinuousClock.now
                    try await client.withEvents { events in
                        _ = try await events.next()
                        await backend.stop()
                        #expect(try await events.next() == nil)
                    }
                    // Far less than the time requests in flight get, which is 10 s.
                    #expect(ContinuousClock.now - start < .seconds(8))
                }
            }
        }

        @Test("A tenant has no more streams on a backend than it may")
        func limit() async throws {
            try await HubDatabases.with { databases in
                try await RunningBackend.with(databases, change: { $0.limits.eventStreams = 1 }) { backend in
                    let client = try await SampleTenant.create("acme", on: backend).signedIn()
                    try await client.withEvents { events in
                        _ = try await events.next()
                        let answer = try await client.get("/api/events")
                        #expect(answer.status == 429)
                        #expect(answer["retry-after"] != nil)
                    }
                    let project = try await client.createProject("Busy")
                    try await waitFor("the stream that was left to be forgotten") {
                        // A change finds it out.
                        _ = try await client.createTask("T", in: project)
                        return try await client.withEvents { $0.status } == 200
                    }
                }
            }
        }
    }
}

extension WebClient {
    func createProject(_ name: String) async throws -> ProjectID {
        let answer = try await post("/api/projects", ["name": name])
        try #require(answer.status == 201, "\(answer.text)")
        return try answer.decode(ProjectView.self).id
    }

    func createTask(_ title: String, in project: ProjectID) async throws -> TaskID {
        let answer = try await post("/api/projects/\(project)/tasks", ["title": title])
        try #require(answer.status == 201, "\(answer.text)")
        return try answer.decode(TaskView.self).id
    }
}

extension EventClient {
    /// The next change, which must come.
    mutating func change() async throws -> EventView {
        let event = try #require(await next())
        #expect(event.name == "change")
        #expect(event.id != nil)
        return try WireJSON.decode(EventView.self, from: event.data.utf8)
    }
}
