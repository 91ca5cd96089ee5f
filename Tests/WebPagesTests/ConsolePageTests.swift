import HubModel
import HubWire
import Testing
import WebPages

@Suite("Pages of the console")
struct ConsolePageTests {
    private static let moment = Timestamp(microseconds: 1_764_000_000_000_000)
    private static let admin = UserView(
        id: UserID.make(at: moment),
        tenantId: nil,
        email: "superadmin@system.com",
        fullName: "<Super> Admin",
        role: .superAdmin,
        createdAt: moment,
        updatedAt: moment
    )

    private func move(_ state: String, verbs: [String] = [], pause: Double? = nil) throws -> MoveView {
        MoveView(
            id: MoveID.make(at: ConsolePageTests.moment),
            tenantId: TenantID.make(at: ConsolePageTests.moment),
            subdomain: try #require(Subdomain("acme")),
            source: try #require(ShardID("us-1")),
            target: try #require(ShardID("eu-1")),
            state: state,
            step: state == "copying" ? "copy" : nil,
            attempt: 1,
            generation: 1,
            epoch: .first,
            servedBy: try #require(ShardID("us-1")),
            wish: nil,
            aborts: 0,
            reason: state == "failed" ? "<the target> is down" : nil,
            holder: nil,
            progress: MoveProgressView(
                rows: 1500,
                bytes: 2_500_000,
                expectedRows: 6000,
                rowsPerSecond: 250,
                secondsLeft: state == "copying" ? 18 : nil,
                lagBytes: nil,
                pauseMilliseconds: pause,
                predictedPauseMilliseconds: 46
            ),
            switches: [],
            startedBy: "superadmin@system.com",
            createdAt: ConsolePageTests.moment,
            updatedAt: ConsolePageTests.moment,
            nextSteps: [],
            verbs: verbs,
            pauseBudgetMilliseconds: 1000
        )
    }

    private func page(_ move: MoveView, _ states: [String], certificate: MoveCertificateView? = nil) -> String {
        let events = states.enumerated().map { index, state in
            MoveEventView(
                id: Int64(index),
                at: ConsolePageTests.moment + .seconds(index),
                state: state,
                step: nil,
                wish: nil,
                attempt: 1,
                holder: nil,
                epoch: .first,
                message: nil
            )
        }
        return MovePage(admin: ConsolePageTests.admin, move: move, events: events, certificate: certificate).markup
    }

    /// The names of the phases, each with its tone.
    private func phases(_ page: String) -> [String] {
        page.split(separator: "\n").filter { $0.contains("class=\"phase ") }.flatMap { line in
            line.split(separator: "<li class=\"phase ").map { part in
                let tone = part.prefix { $0 != "\"" }
                let name = part.split(separator: "phase-name\">").last?.prefix { $0 != "<" } ?? ""
                return "\(tone) \(name)"
            }
        }
    }

    @Test("A move that copies shows how far it is, in numbers that need no script")
    func progress() throws {
        let page = page(try move("copying", verbs: ["switch", "cancel"]), ["planned", "copying"])
        #expect(page.contains("<progress max=\"100\" value=\"25\" aria-label=\"Copied\">"))
        for text in [
            ">1,500</data>", ">6,000</data>", ">2.5 MB</data>", ">250/s</data>", ">18 s</data>", ">46 ms</data>",
        ] {
            #expect(page.contains(text), "\(text)")
        }
        #expect(page.contains("data-dialog=\"verb-switch\"") && page.contains("data-dialog=\"verb-cancel\""))
        #expect(!page.contains("verb-complete"))
        #expect(page.contains("&lt;Super&gt; Admin") && !page.contains("<Super>"))
        #expect(
            phases(page) == [
                "done Planned", "now Copying", "next Catching up", "next Verified", "next Switching", "next Switched",
                "next Completed",
            ]
        )
    }

    @Test("A move that left the usual way shows where")
    func endings() throws {
        let failed = page(try move("failed", verbs: ["resume", "cancel"]), ["planned", "copying", "failed"])
        #expect(phases(failed) == ["done Planned", "done Copying", "bad Failed"])
        #expect(failed.contains("&lt;the target&gt; is down"))
        let cancelled = page(try move("cancelled"), ["planned", "cancelling", "cancelled"])
        #expect(phases(cancelled) == ["done Planned", "done Cancelled"])
        let way = ["planned", "copying", "catching-up", "verified", "switching", "switched"]
        let reversed = page(try move("reversed", pause: 41), way + ["reversing", "reversed"])
        #expect(phases(reversed).suffix(2) == ["done Switched", "done Reversed"])
        let verified = page(try move("verified", verbs: ["switch"]), Array(way.prefix(4)))
        #expect(phases(verified)[3] == "rest Verified")
    }

    @Test("A certificate's tables are compared one by one")
    func certificate() throws {
        let text = """
            certificate 2
            started 2025-12-22T14:30:00Z 0 ann@hub.example
            completed 2025-12-22T14:40:00Z 0 bob@hub.example
            switch forward 2025-12-22T14:35:00Z
            epochs 1 2
            mark 0/1
            pause 48200
            requests 12 0
            longest 61000
            silent router-b
            table users 3 abcdefabcdefabcdef 3 abcdefabcdefabcdef
            table tasks 5 aaaaaaaaaaaaaaaaaa 4 bbbbbbbbbbbbbbbbbb

            """
        let move = try move("completed", pause: 48.2)
        let view = MoveCertificateView(
            number: 7,
            moveId: move.id,
            text: text,
            hash: "cafe",
            createdAt: ConsolePageTests.moment,
            verified: 7,
            fault: nil
        )
        let page = page(move, ["planned", "completed"], certificate: view)
        #expect(page.contains("data-hash=\"cafe\"") && page.contains("bob@hub.example"))
        #expect(page.contains(">48 ms</data>") && page.contains("1 → 2"))
        #expect(page.components(separatedBy: "<span class=\"pill good\">equal</span>") == 2)
        #expect(page.components(separatedBy: "<span class=\"pill bad\">not equal</span>") == 2)
        #expect(page.contains(">61 ms</data>") && page.contains("is not known: router-b"))
        #expect(
            page.contains("<dt>Requests held</dt><dd>12</dd>") && page.contains("<dt>Answered late</dt><dd>0</dd>")
        )
    }

    @Test("The trail tells each change with its value before and after, escaped")
    func trail() throws {
        let entry = DirectoryAuditLogView(
            id: AuditLogID.make(at: ConsolePageTests.moment),
            timestamp: ConsolePageTests.moment,
            user: nil,
            tenantId: nil,
            action: "UPDATE_TENANT",
            entityType: "tenant",
            entityId: nil,
            changes: .object([
                "before": .object(["name": .string("<Old>"), "maxUsers": .integer(5)]),
                "after": .object(["name": .string("New"), "maxUsers": .integer(7)]),
            ]),
            ipAddress: nil
        )
        let page = TrailPage(
            admin: ConsolePageTests.admin,
            trail: Page(items: [entry], total: 1, limit: 25, offset: 0),
            filter: TrailFilter(action: "UPDATE_TENANT", entity: nil, tenant: nil, from: nil, to: nil),
            entities: ["tenant", "move"]
        ).markup
        #expect(page.contains("<del>&lt;Old&gt;</del> <ins>New</ins>"))
        #expect(page.contains("<del>5</del> <ins>7</ins>"))
        #expect(page.contains("<option value=\"UPDATE_TENANT\" selected>Changed the workspace</option>"))
    }

    @Test("A drain sends each tenant to the open shard of the region with the fewest, counting those on their way")
    func drain() throws {
        func shard(_ id: String, _ region: String, _ state: ShardState, tenants: Int) throws -> ShardView {
            ShardView(
                id: try #require(ShardID(id)),
                region: try #require(RegionID(region)),
                state: state,
                weight: 1,
                tenants: tenants,
                health: .up,
                backends: [],
                load: nil
            )
        }
        func tenant(_ name: String) throws -> DirectoryTenantView {
            DirectoryTenantView(
                id: TenantID.make(at: ConsolePageTests.moment),
                name: name,
                subdomain: try #require(Subdomain(name)),
                shard: try #require(ShardID("us-1")),
                region: try #require(RegionID("us")),
                state: .active,
                epoch: .first,
                url: "http://\(name).hub.test",
                createdAt: ConsolePageTests.moment
            )
        }
        let shards = [
            try shard("us-1", "us", .open, tenants: 3), try shard("us-2", "us", .closed, tenants: 0),
            try shard("eu-1", "eu", .open, tenants: 5), try shard("eu-2", "eu", .open, tenants: 4),
            try shard("apac-1", "apac", .open, tenants: 0),
        ]
        func page(_ region: String?, _ tenants: [DirectoryTenantView]) -> String {
            DrainPage(
                admin: ConsolePageTests.admin,
                shard: shards[0],
                tenants: Page(items: tenants, total: tenants.count, limit: 100, offset: 0),
                shards: shards,
                region: region
            ).markup
        }
        let tenants = try ["first", "second", "third"].map(tenant)
        let targets = page("eu", tenants).matches(of: #/data-drain-target>to ([a-z0-9-]+)</#).map { String($0.1) }
        #expect(targets == ["eu-2", "eu-1", "eu-2"])
        #expect(page(nil, tenants).contains("plan?tenant=first&amp;target=apac-1"))
        let nowhere = page("us", tenants)
        #expect(nowhere.contains("nowhere to go") && !nowhere.contains("data-drain-start"))
        #expect(page(nil, []).contains("No tenant is on us-1"))
    }

    @Test("A cache that an operator has switched off says why, and can be switched on; another says what is in it")
    func cache() throws {
        func page(isHeld: Bool, _ shares: [TenantCacheView]) throws -> String {
            let mode = isHeld ? CacheMode.off : .on
            let gate = CacheGateView(epoch: 1, mode: mode, isLeased: !isHeld, reason: "an <old> reason", isHeld: isHeld)
            let counts = CacheCountsView(
                hits: 3,
                misses: 1,
                bypasses: 0,
                fills: 0,
                refused: 0,
                fences: 0,
                closings: 0,
                audited: 0,
                inconsistent: 0
            )
            let view = ShardCacheView(
                shard: try #require(ShardID("us-1")),
                region: try #require(RegionID("us")),
                hitRate: 0.75,
                backends: [BackendCacheView(name: try #require(ProcessName("b")), gate: gate, counts: counts)],
                server: CacheServerView(usedBytes: 5000, maximumBytes: nil, evictions: 0),
                tenants: shares
            )
            return CachePage(admin: ConsolePageTests.admin, caches: [view]).markup
        }
        let off = try page(isHeld: true, [])
        #expect(off.contains("an &lt;old&gt; reason") && off.contains("data-dialog=\"on-us-1\""))
        #expect(!off.contains("data-dialog=\"off-us-1\"") && off.contains("Nothing is cached yet"))
        let subdomain = try #require(Subdomain("acme"))
        let id = TenantID.make(at: ConsolePageTests.moment)
        let on = try page(isHeld: false, [TenantCacheView(tenantId: id, subdomain: subdomain, keys: 3, bytes: 900)])
        #expect(!on.contains("an &lt;old&gt; reason"), "an open gate was closed for nothing that matters now")
        #expect(on.contains("data-dialog=\"off-us-1\"") && on.contains("href=\"/console/tenants/acme\""))
        #expect(!on.contains("Nothing is cached yet"))
    }

    @Test("A list's links keep its filters")
    func pager() throws {
        let page = TenantsPage(
            admin: ConsolePageTests.admin,
            tenants: Page(
                items: [
                    DirectoryTenantView(
                        id: TenantID.make(at: ConsolePageTests.moment),
                        name: "Acme & Co",
                        subdomain: try #require(Subdomain("acme")),
                        shard: try #require(ShardID("us-1")),
                        region: try #require(RegionID("us")),
                        state: .suspended,
                        epoch: .first,
                        url: "http://acme.hub.test",
                        createdAt: ConsolePageTests.moment
                    )
                ],
                total: 60,
                limit: 25,
                offset: 25
            ),
            filter: TenantsFilter(search: "a&b c", region: nil, shard: "us-1", state: nil),
            regions: [],
            shards: []
        ).markup
        #expect(page.contains("href=\"/console/tenants?search=a%26b%20c&amp;shard=us-1\""))
        #expect(page.contains("href=\"/console/tenants?search=a%26b%20c&amp;shard=us-1&amp;offset=50\""))
        #expect(page.contains("Acme &amp; Co") && page.contains("<span class=\"pill warn\">Suspended</span>"))
    }
}

extension String {
    /// How many parts a separator makes.
    fileprivate func components(separatedBy separator: String) -> Int { split(separator: separator).count }
}
