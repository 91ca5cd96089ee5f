import AppFixtures
import Foundation
import NIOHTTP1
import Testing

extension DeploymentTests {
    /// What happens when a part dies at once: the others go on, the part says 503 quickly and comes back by itself.
    @Suite("Outages")
    struct Outages {
        @Test(
            "Without the eu database or backend, eu says 503 with Retry-After, the others answer everything, and eu recovers",
            arguments: [
                "postgres-eu-1", "backend-eu-1",
            ]
        )
        func shardOutage(process: String) async throws {
            let deployment = try Deployment.shared
            let others = [
                try await deployment.administrator(of: "demo"), try await deployment.administrator(of: "initech"),
            ]
            let globex = try await deployment.administrator(of: "globex")
            let report = try await Load.during(others) {
                try await deployment.withOutage(of: process) {
                    try await eventually(within: .seconds(5), "eu says 503") {
                        try await globex.get("/api/projects").status == 503
                    }
                    for _ in 0..<20 {
                        let answer = try await globex.get("/api/projects")
                        #expect(answer.status == 503)
                        #expect(answer.headers.first(name: "retry-after") != nil)
                        #expect(answer.elapsed < .seconds(2), "a fast answer, not \(answer.elapsed)")
                    }
                }
                try await eventually(within: .seconds(20), "eu is served again") {
                    try await globex.get("/api/projects").status == 200
                }
            }
            #expect(report.failures == [])
            #expect(report.doubtful == 0)
            #expect(report.answers > 20)
        }

        @Test("Without the eu Redis nobody notices")
        func redisOutage() async throws {
            let deployment = try Deployment.shared
            var clients: [HubClient] = []
            for subdomain in ["demo", "globex", "initech"] {
                clients.append(try await deployment.administrator(of: subdomain))
            }
            let globex = clients[1]
            let report = try await Load.during(clients) {
                try await deployment.withOutage(of: "redis-eu") {
                    let answer = try await globex.post("/api/projects", ["name": "Without Redis"])
                    #expect(answer.status == 201)
                }
                try await eventually("Redis is seen again") {
                    try await deployment.hubctl("status", "--format", "json").status == 0
                }
            }
            #expect(report.failures == [])
            #expect(report.doubtful == 0)
        }

        @Test("One of two backends dies: its shard answers everything")
        func oneOfTwoBackends() async throws {
            let deployment = try Deployment.shared
            let demo = try await deployment.administrator(of: "demo")
            let report = try await Load.during([demo]) {
                try await deployment.withOutage(of: "backend-us-1-b") {
                    for _ in 0..<50 {
                        let answer = try await demo.get("/api/projects")
                        #expect(answer.status == 200)
                    }
                }
            }
            #expect(report.failures == [])
            #expect(report.doubtful <= 1, "only the one write that was in flight")
        }

        @Test("Without the directory routing goes on, and a router started meanwhile routes too")
        func directoryOutage() async throws {
            let deployment = try Deployment.shared
            var clients: [HubClient] = []
            for subdomain in ["demo", "globex", "initech"] {
                clients.append(try await deployment.administrator(of: subdomain))
            }
            try await deployment.withOutage(of: "postgres-directory") {
                let report = try await Load.during(clients) {
                    for client in clients {
                        let answer = try await client.get("/api/projects")
                        #expect(answer.status == 200)
                    }
                }
                #expect(report.failures == [])
                #expect(report.doubtful == 0)

                try deployment.kill9("router")
                for client in clients {
                    try await eventually(within: .seconds(10), "the new router routes from its own copy") {
                        try await client.get("/api/projects").status == 200
                    }
                }
                // A backend started meanwhile knows the keys as well.
                try deployment.kill9("backend-apac-1")
                try await eventually(
                    within: .seconds(15),
                    "the new backend checks tokens with its own copy of the keys"
                ) {
                    try await clients[2].get("/api/projects").status == 200
                }
            }
            try await eventually("the directory is seen again") {
                try await deployment.hubctl("status", "--format", "json").status == 0
            }
        }

        @Test("A router that dies is back within moments")
        func routerDies() async throws {
            let deployment = try Deployment.shared
            let demo = try await deployment.administrator(of: "demo")
            let before = try deployment.pid(of: "router")
            try deployment.kill9("router")
            try await eventually(within: .seconds(5), "the router is back") {
                try await demo.get("/api/projects").status == 200
            }
            #expect(try deployment.pid(of: "router") != before)
        }

        @Test("A router has one successor after the other while people work, and no request fails")
        func routerIsRenewed() async throws {
            let deployment = try Deployment.shared
            var clients: [HubClient] = []
            for subdomain in ["demo", "globex"] {
                clients.append(try await deployment.administrator(of: subdomain))
            }
            var pids: Set = [try deployment.pid(of: "router")]
            let report = try await Load.during(clients) {
                for _ in 0..<3 {
                    let renewed = try await deployment.compose("up", "--renew", "--no-build")
                    #expect(renewed.status == 0, "\(renewed.output)")
                    pids.insert(try deployment.pid(of: "router"))
                    let answer = try await clients[0].get("/api/projects")
                    #expect(answer.status == 200)
                }
            }
            #expect(report.failures == [])
            #expect(report.doubtful == 0)
            #expect(pids.count == 4)
        }

        @Test("A successor that cannot start leaves the router that runs as it is")
        func failedSuccessor() async throws {
            let deployment = try Deployment.shared
            let demo = try await deployment.administrator(of: "demo")
            let before = try deployment.pid(of: "router")
            let report = try await Load.during([demo]) {
                var settings = deployment
                settings.settings["HUB_SECRETS_DIR"] = "/nowhere"
                let router = Deployment.checkout.appending(path: ".build/debug/hub-router")
                let failed = try await Command.run(
                    router,
                    ["--name", "router", "--take-over"],
                    environment: settings.environment
                )
                #expect(failed.status == 2, "\(failed.output)")
            }
            #expect(report.failures == [])
            #expect(try deployment.pid(of: "router") == before)
        }

        @Test("Control that dies is back, and its people's sessions with it")
        func controlDies() async throws {
            let deployment = try Deployment.shared
            let admin = try await HubClient(nil, of: deployment).signedIn("superadmin@system.com", "Admin@123")
            try deployment.kill9("control")
            try await eventually(within: .seconds(10), "control is back") {
                try await admin.get("/api/tenants").status == 200
            }
        }
    }
}
