import Compression
import Foundation
import HubTesting
import Testing
import Topology

@testable import OperatorApp

extension AgainstPostgres {
    @Suite("Archives of tenants")
    struct TenantArchives {
        /// Everything that an archive holds of a tenant, but for the id and the name it may have got.
        private static func contents(of subdomain: String, _ deployment: Deployment) throws -> String {
            let tables = ["users", "projects", "tasks", "audit_logs"].map { table in
                """
                SELECT '\(table)' AS name, md5(coalesce(string_agg((to_jsonb(t) - 'tenantid' - 'passwordhash')::text, ',' ORDER BY t.id), ''))
                FROM \(table) AS t WHERE tenantId = (SELECT id FROM tenants WHERE subdomain = '\(subdomain)')
                """
            }
            return try deployment.ask(
                deployment.shard,
                "SELECT string_agg(name || md5, ' ' ORDER BY name) FROM (\(tables.joined(separator: " UNION ALL "))) AS all_tables"
            )
        }

        /// Lends a deployment with some tenants, the largest of them, and the path of a file that is not there.
        private static func withTenant(
            _ body: (_ deployment: Deployment, _ subdomain: String, _ file: String) async throws -> Void
        ) async throws {
            try await Deployment.withRunning { deployment in
                let load = await deployment.hubctl("demo", "load", "--tenants", "5", "--projects", "6", "--tasks", "8")
                try #require(load.status == .success, "\(load.diagnostics)")
                let largest = try deployment.ask(
                    deployment.shard,
                    "SELECT subdomain FROM tenants ORDER BY (SELECT count(*) FROM tasks WHERE tenantId = tenants.id) DESC LIMIT 1"
                )
                try await body(deployment, largest, "\(deployment.workplace.folder)/tenant.jsonl.gz")
            }
        }

        private static func text(of file: String) throws -> String {
            var bytes: [UInt8] = []
            try GzipDecoder().decode(Array(Data(contentsOf: URL(filePath: file)))) { bytes += $0 }
            return String(decoding: bytes, as: UTF8.self)
        }

        @Test("What is imported is what was exported, under another id and name; doing either again changes nothing")
        func roundTrip() async throws {
            try await Self.withTenant { deployment, name, file in
                let export = await deployment.hubctl("tenants", "export", name, "--to", file, "--format", "json")
                #expect(export.status == .success, "\(export.diagnostics)")
                let before = try Self.contents(of: name, deployment)
                let arguments = ["tenants", "import", file, "--as", "another-one", "--format", "json"]
                let imported = await deployment.hubctl(arguments)
                #expect(imported.status == .success, "\(imported.diagnostics)")
                #expect(try Self.contents(of: "another-one", deployment) == before)
                #expect(try Self.contents(of: name, deployment) == before)
                #expect(try imported.json()["sha256"] as? String == export.json()["sha256"] as? String)
                let known = "SELECT id FROM tenants WHERE subdomain = 'another-one'"
                #expect(try deployment.ask(deployment.shard, known) == deployment.ask(deployment.directory, known))
                let counted = """
                    SELECT (SELECT sum(tasks) FROM task_counts WHERE tenantId = t.id) = (SELECT count(*) FROM tasks WHERE tenantId = t.id),
                           (SELECT state FROM tenant_ownership WHERE tenantId = t.id),
                           (SELECT count(*) FROM users WHERE tenantId = t.id AND passwordHash <> '!')
                    FROM tenants AS t WHERE subdomain = 'another-one'
                    """
                #expect(try deployment.ask(deployment.shard, counted) == "t|active|0")
                let again = await deployment.hubctl(arguments)
                #expect(again.status == .refused && again.endsWithOneSentence, "\(again.diagnostics)")
                let taken = await deployment.hubctl("tenants", "import", file)
                #expect(taken.status == .refused && taken.diagnostics.contains("--as"), "\(taken.diagnostics)")
            }
        }

        @Test("Passwords are in an archive only when they are asked for, and the file is for its owner alone")
        func passwords() async throws {
            try await Self.withTenant { deployment, name, file in
                let with = await deployment.hubctl("tenants", "export", name, "--to", file, "--passwords")
                #expect(with.status == .success, "\(with.diagnostics)")
                #expect(try Self.text(of: file).contains(#""passwordhash": "$2b$"#))
                let attributes = try FileManager.default.attributesOfItem(atPath: file)
                #expect(attributes[.posixPermissions] as? Int == 0o600)
                let without = await deployment.hubctl("tenants", "export", name, "--to", file, "--yes")
                #expect(without.status == .success, "\(without.diagnostics)")
                #expect(try !Self.text(of: file).contains("$2b$"))
                #expect(
                    try FileManager.default.contentsOfDirectory(atPath: deployment.workplace.folder).allSatisfy {
                        !$0.contains("partial")
                    }
                )
            }
        }

        @Test(
            "A file that is cut off, altered, of something else or of another version is refused, and nothing is written"
        )
        func damaged() async throws {
            try await Self.withTenant { deployment, name, file in
                let export = await deployment.hubctl("tenants", "export", name, "--to", file)
                try #require(export.status == .success, "\(export.diagnostics)")
                let whole = Array(try Data(contentsOf: URL(filePath: file)))
                let text = try Self.text(of: file)
                let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
                func gzip(_ text: String) -> [UInt8] { GzipEncoder.encode(Array(text.utf8)) }
                let first = try #require(lines.first { $0.contains(#""table":"tasks""#) })
                let spoiled: [(String, [UInt8])] = [
                    ("cut off", Array(whole.dropLast(40))), ("half", Array(whole.prefix(whole.count / 2))),
                    ("nothing", []), ("no gzip", Array(text.utf8)), ("another file", gzip("hello\n")),
                    ("a row is gone", gzip(text.replacing("\(first)\n", with: ""))),
                    (
                        "a row is altered",
                        gzip(text.replacing(#""status": "completed""#, with: #""status": "not-started""#))
                    ),
                    ("a row twice", gzip(text.replacing("\(first)\n", with: "\(first)\n\(first)\n"))),
                    (
                        "the tables in another order",
                        gzip(([lines[0]] + lines[2...4] + [lines[1]] + lines[5...]).joined(separator: "\n"))
                    ),
                    ("no last line", gzip(lines.dropLast(2).joined(separator: "\n") + "\n")),
                    ("something follows", gzip(text + "{}\n")), ("two files", whole + whole),
                    ("another version", gzip(text.replacing(#""version":1"#, with: #""version":2"#))),
                ]
                for (what, bytes) in spoiled {
                    try Data(bytes).write(to: URL(filePath: file))
                    let result = await deployment.hubctl("tenants", "import", file, "--as", "spoiled")
                    #expect(
                        result.status == .usage && result.isOneSentence,
                        "\(what): \(result.status) \(result.diagnostics)"
                    )
                }
                #expect(try deployment.ask(deployment.shard, "SELECT count(*) FROM tenants") == "5")
                let missing = await deployment.hubctl("tenants", "import", "\(file).not-there")
                #expect(missing.status == .usage && missing.isOneSentence, "\(missing.diagnostics)")
            }
        }

        @Test("A whole archive whose rows do not fit is refused by the database, and nothing of it is left")
        func unfitting() async throws {
            try await Self.withTenant { deployment, name, file in
                let export = await deployment.hubctl("tenants", "export", name, "--to", file)
                try #require(export.status == .success, "\(export.diagnostics)")
                let reader = try ArchiveReader(path: file)
                for (what, old, new) in [
                    ("a status that is none", #""status": "completed""#, #""status": "finished""#),
                    ("a column that is none", #""title": "#, #""colour": "red", "title": "#),
                    ("a task without its project", #""projectid": ""#, #""projectid": "0"#),
                ] {
                    let spoiled = "\(file).spoiled"
                    let source = try ArchiveReader(path: file)
                    let writer = try ArchiveWriter(path: spoiled)
                    try writer.begin(reader.header)
                    while let (table, rows) = try source.next() {
                        try writer.add(table == "tasks" ? rows.map { $0.replacing(old, with: new) } : rows, of: table)
                    }
                    _ = try writer.finish()
                    let result = await deployment.hubctl("tenants", "import", spoiled, "--as", "unfitting")
                    #expect(
                        result.status == .failed && result.endsWithOneSentence,
                        "\(what): \(result.status) \(result.diagnostics)"
                    )
                }
                let left = "SELECT (SELECT count(*) FROM tenants), (SELECT count(*) FROM tenant_ownership)"
                #expect(try deployment.ask(deployment.shard, left) == "5|5")
            }
        }

        @Test(
            "An import that was cut off before routers learned of it goes on; a name that was taken meanwhile undoes it"
        )
        func cutOff() async throws {
            try await Self.withTenant { deployment, name, file in
                let export = await deployment.hubctl("tenants", "export", name, "--to", file)
                try #require(export.status == .success, "\(export.diagnostics)")
                let arguments = ["tenants", "import", file, "--as", "resumed", "--format", "json"]
                #expect(await deployment.hubctl(arguments).status == .success)
                for statement in [
                    "DELETE FROM tenants WHERE subdomain = 'resumed'",
                    "DELETE FROM reserved_subdomains WHERE subdomain = 'resumed'",
                ] { _ = try deployment.ask(deployment.directory, statement) }
                let again = await deployment.hubctl(arguments)
                #expect(again.status == .success, "\(again.diagnostics)")
                #expect(
                    try deployment.ask(deployment.directory, "SELECT count(*) FROM tenants WHERE subdomain = 'resumed'")
                        == "1"
                )
                #expect(try Self.contents(of: "resumed", deployment) == Self.contents(of: name, deployment))
                _ = try deployment.ask(
                    deployment.directory,
                    "INSERT INTO reserved_subdomains (subdomain) VALUES ('reserved-one')"
                )
                let reserved = await deployment.hubctl("tenants", "import", file, "--as", "reserved-one")
                #expect(reserved.status == .refused && reserved.endsWithOneSentence, "\(reserved.diagnostics)")
                #expect(
                    try deployment.ask(
                        deployment.shard,
                        "SELECT count(*) FROM tenants WHERE subdomain = 'reserved-one'"
                    ) == "0"
                )
            }
        }
    }
}

extension Workplace.Result {
    /// Whether the command told its failure as one line on standard error, after its progress.
    fileprivate var endsWithOneSentence: Bool {
        let lines = diagnostics.split(separator: "\n")
        return output.isEmpty && lines.last?.hasPrefix("hubctl: ") == true
            && lines.count { $0.hasPrefix("hubctl: ") } == 1
    }
}
