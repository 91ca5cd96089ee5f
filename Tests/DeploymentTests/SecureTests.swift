import AppFixtures
import Foundation
import Testing

extension DeploymentTests {
    @Suite("A deployment that speaks TLS")
    struct Secure {
        private static func curl(_ deployment: Deployment, _ arguments: [String]) async throws -> String {
            let authority = deployment.home.appending(path: "tls/authority/ca.crt").path
            let result = try await Command.run(
                URL(filePath: "/usr/bin/curl"),
                ["--silent", "--show-error", "--max-time", "30", "--cacert", authority] + arguments,
                environment: deployment.environment
            )
            #expect(result.status == 0, "\(result.output)")
            return result.output
        }

        /// A new router takes the TLS socket over while somebody makes one connection after the other.
        private static func renew(_ deployment: Deployment, asking url: String) async throws {
            let before = try deployment.pid(of: "router")
            let isRenewed = try await withThrowingTaskGroup(of: Bool.self) { group in
                group.addTask {
                    let renewed = try await deployment.compose("up", "--renew", "--no-build")
                    #expect(renewed.status == 0, "\(renewed.errors)")
                    return true
                }
                group.addTask {
                    while !Task.isCancelled {
                        let code = try await code(deployment, url)
                        #expect(code == "2 200")
                    }
                    return false
                }
                let isRenewed = try await group.next()
                group.cancelAll()
                return isRenewed
            }
            #expect(isRenewed == true)
            #expect(try deployment.pid(of: "router") != before)
            #expect(try await code(deployment, url) == "2 200")
        }

        /// Of certificates that are not whole nothing is taken; what is whole again is.
        private static func readAgain(_ deployment: Deployment, asking url: String) async throws {
            let key = deployment.home.appending(path: "tls/certificates/hub.key")
            let aside = deployment.home.appending(path: "tls/hub.key.aside")
            let router = try deployment.pid(of: "router")
            try FileManager.default.moveItem(at: key, to: aside)
            #expect(kill(router, SIGHUP) == 0)
            try await eventually("the log says what is missing") {
                try deployment.log(of: "router").contains("the certificates were not read again")
            }
            #expect(try await code(deployment, url) == "2 200")
            try FileManager.default.moveItem(at: aside, to: key)
            #expect(kill(router, SIGHUP) == 0)
            try await eventually("the log says that they were read") {
                try deployment.log(of: "router").contains("certificates read again")
            }
            #expect(try await code(deployment, url) == "2 200")
        }

        private static func code(_ deployment: Deployment, _ url: String) async throws -> String {
            try await curl(
                deployment,
                ["--http2", "--output", "/dev/null", "--write-out", "%{http_version} %{http_code}", url]
            )
        }

        @Test(
            "compose/up --tls serves people over HTTP/2 and HTTP/1.1, redirects plain requests, and hubctl goes on working"
        )
        func up() async throws {
            let prepare = { (deployment: inout Deployment) in deployment.upArguments = ["--tls"] }
            try await Deployment.withDeployment(prepare) { deployment in
                let secure = "https://demo.hub.localhost:\(deployment.port + 9)"
                for (option, version) in [("--http2", "2"), ("--http1.1", "1.1")] {
                    let text = try await Self.curl(
                        deployment,
                        [
                            option, "--output", "/dev/null", "--write-out", "%{http_version} %{http_code}",
                            "\(secure)/health",
                        ]
                    )
                    #expect(text == "\(version) 200")
                }
                let plain = try await Self.curl(
                    deployment,
                    ["--output", "/dev/null", "--write-out", "%{http_code} %{redirect_url}"]
                        + ["http://demo.hub.localhost:\(deployment.port)/login?next=/tasks"]
                )
                #expect(plain == "308 \(secure)/login?next=/tasks")
                let body = #"{"email": "admin@demo.com", "password": "Demo@123"}"#
                let fields = ["--http2", "--header", "content-type: application/json", "--data", body]
                let signedIn = try await Self.curl(deployment, fields + ["\(secure)/api/auth/login"])
                #expect(signedIn.contains(#""token":""#))
                let status = try await deployment.hubctl("status")
                #expect(status.status == 0, "\(status.output)")
                let check = try await deployment.hubctl("isolation", "check", "--yes", "--rate", "500")
                #expect(check.status == 0, "\(check.output)")
                try await Self.renew(deployment, asking: "\(secure)/health")
                try await Self.readAgain(deployment, asking: "\(secure)/health")
                let again = try await deployment.compose("up", "--detach", "--no-build", "--no-tls")
                #expect(again.status == 5 && again.errors.contains("runs with TLS"), "\(again.errors)")
            }
        }
    }
}
