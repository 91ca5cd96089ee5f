import AppFixtures
import BackendApp
import Foundation
import HubModel
import HubWeb
import HubWire
import Testing

extension BackendAppTests {
    @Suite("Compressed answers")
    struct CompressionTests {
        /// A tenant with enough in it for a list that is worth compressing.
        private static func withWork(
            _ body: @Sendable (_ tenant: SampleTenant, _ admin: WebClient, _ project: ProjectView) async throws -> Void
        ) async throws {
            try await RunningBackend.withTenant { tenant, admin in
                let text = String(repeating: "A rather long description, told again. ", count: 40)
                let project = try await admin.post("/api/projects", ["name": "Launch", "description": text])
                    .decode(ProjectView.self)
                try await body(tenant, admin, project)
            }
        }

        private static func unzipped(_ bytes: [UInt8]) throws -> [UInt8] {
            let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).gz")
            try Data(bytes).write(to: file)
            defer { try? FileManager.default.removeItem(at: file) }
            let process = Process()
            process.executableURL = URL(filePath: "/bin/gzip")
            process.arguments = ["-dc", file.path]
            let pipe = Pipe()
            process.standardOutput = pipe
            try process.run()
            let output = Array(try pipe.fileHandleForReading.readToEnd() ?? Data())
            process.waitUntilExit()
            try #require(process.terminationStatus == 0)
            return output
        }

        @Test("Whoever can decode gzip gets it, whoever cannot gets the same bytes plainly")
        func negotiation() async throws {
            try await Self.withWork { _, admin, project in
                let path = "/api/projects/\(project.id)"
                let plain = try await admin.get(path)
                #expect(plain["content-encoding"] == nil && plain["vary"] == "Accept-Encoding")
                for field in ["gzip", "x-gzip", "gzip;q=0.5", "br, gzip", "*", "gzip, identity;q=0"] {
                    let answer = try await admin.with(["accept-encoding": field]).get(path)
                    #expect(answer.status == 200 && answer["content-encoding"] == "gzip", "\(field)")
                    #expect(answer["vary"] == "Accept-Encoding")
                    #expect(answer["content-length"] == "\(answer.body.count)")
                    #expect(answer.body.count < plain.body.count / 2)
                    #expect(try Self.unzipped(answer.body) == plain.body)
                }
                for field in ["gzip;q=0", "*;q=0", "identity", "br", ""] {
                    let answer = try await admin.with(["accept-encoding": field]).get(path)
                    #expect(answer["content-encoding"] == nil && answer.body == plain.body, "\(field)")
                    #expect(answer["vary"] == "Accept-Encoding")
                }
            }
        }

        @Test("An object read compressed is found unchanged, and guards an update, by the tag it came with")
        func tags() async throws {
            try await Self.withWork { _, admin, project in
                let path = "/api/projects/\(project.id)"
                let gzip = admin.with(["accept-encoding": "gzip"])
                let plainTag = try #require(try await admin.get(path)["etag"])
                let tag = try #require(try await gzip.get(path)["etag"])
                #expect(tag != plainTag && !tag.hasPrefix("W/"), "another representation has another strong tag")

                for (client, tag) in [(gzip, tag), (admin, plainTag), (gzip, "\"other\", \(tag)"), (gzip, "W/\(tag)")] {
                    let answer = try await client.with(["if-none-match": tag]).get(path)
                    #expect(answer.status == 304 && answer.body.isEmpty)
                    #expect(answer["content-encoding"] == nil && answer["vary"] == "Accept-Encoding")
                    #expect(tag.contains(answer["etag"] ?? "none"))
                    #expect(["0", nil].contains(answer["content-length"]))
                }
                #expect(try await gzip.with(["if-none-match": "\"x-gzip\""]).get(path).status == 200)

                let update = gzip.with(["if-match": tag])
                let changed = try await update.put(path, ["name": "Lift-off"])
                #expect(changed.status == 200 && changed["content-encoding"] == "gzip")
                let lost = try await update.put(path, ["name": "Overwritten"])
                #expect(lost.status == 412 && lost["content-encoding"] == "gzip")
                let newTag = try #require(changed["etag"])
                #expect(try await admin.with(["if-match": newTag]).put(path, ["name": "Again"]).status == 200)
            }
        }

        @Test("HEAD tells what GET would, without a body; what has none is left alone")
        func withoutBody() async throws {
            try await Self.withWork { _, admin, project in
                let path = "/api/projects/\(project.id)"
                let gzip = admin.with(["accept-encoding": "gzip"])
                let (get, head) = (try await gzip.get(path), try await gzip.send("HEAD", path))
                #expect(head.status == 200 && head.body.isEmpty)
                for field in ["etag", "content-encoding", "vary", "content-type"] {
                    #expect(head[field] == get[field], "\(field)")
                }
                let plain = try await admin.send("HEAD", path)
                let length = try await admin.get(path).body.count
                #expect(plain["content-length"] == "\(length)" && plain["content-encoding"] == nil)

                let gone = try await gzip.delete(path)
                #expect(gone.status == 204 && gone["content-encoding"] == nil && gone["vary"] == nil)
            }
        }

        @Test("Small answers, answers with a secret and streams of events stay as they are")
        func exceptions() async throws {
            try await Self.withWork { tenant, admin, _ in
                let gzip = admin.with(["accept-encoding": "gzip"])
                let small = try await gzip.get("/api/auth/me")
                #expect(small.status == 200 && small.body.count < CompressionMiddleware.minimumLength)
                #expect(small["content-encoding"] == nil && small["vary"] == "Accept-Encoding")
                let forced = try await admin.with(["accept-encoding": "gzip, identity;q=0"]).get("/api/auth/me")
                #expect(forced["content-encoding"] == "gzip")
                #expect(try Self.unzipped(forced.body) == small.body)

                for field in ["gzip", "gzip, identity;q=0"] {
                    let login = try await tenant.client.with(["accept-encoding": field]).post(
                        "/api/auth/login",
                        LoginRequest(email: tenant.email, password: SampleTenant.password)
                    )
                    #expect(login.status == 200 && login["set-cookie"] != nil && login["content-encoding"] == nil)
                    #expect(try login.decode(LoginAnswer.self).user.email == tenant.email)
                }
                let page = try await gzip.with(["accept": "text/html"]).get("/")
                #expect(page["content-encoding"] == "gzip")
                #expect(String(decoding: try Self.unzipped(page.body), as: UTF8.self).contains("Launch"))
            }
        }

        @Test("An export is compressed as it streams", arguments: ["text/csv", "application/x-ndjson"])
        func export(type: String) async throws {
            try await Self.withWork { _, admin, project in
                for number in 0..<20 {
                    #expect(try await admin.put("/api/projects/\(project.id)", ["name": "N\(number)"]).status == 200)
                }
                let query = "/api/audit-logs?action=UPDATE_PROJECT"
                let plain = try await admin.with(["accept": type]).get(query)
                let answer = try await admin.with(["accept": type, "accept-encoding": "gzip"]).get(query)
                #expect(answer.status == 200 && answer["content-encoding"] == "gzip")
                #expect(answer["content-length"] == nil && answer["transfer-encoding"] == "chunked")
                #expect(try Self.unzipped(answer.body) == plain.body)
                #expect(plain.text.split(whereSeparator: \.isNewline).count >= 20)
            }
        }
    }
}
