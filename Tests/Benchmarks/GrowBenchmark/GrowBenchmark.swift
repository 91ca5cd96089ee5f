import FoundationEssentials
import Glibc
import HubTesting
import HubWire
import MoveLoad
import Postgres
import WebClients

/// What the parts of this benchmark do alike with the deployment they run on.
enum GrowBenchmark {
    /// Its folder and its router's port.
    static func deployment(_ environment: [String: String]) throws -> (home: String, port: Int) {
        guard let home = environment["HUB_HOME"], let port = environment["HUB_PORT"].flatMap(Int.init),
            environment["HUBCTL"] != nil
        else {
            throw ChildFailure("HUB_HOME, HUB_PORT and HUBCTL must name a running deployment; use compose/bench grow")
        }
        return (home, port)
    }

    /// The administrator of a demo tenant.
    static func administrator(of subdomain: String, _ port: Int) async throws -> WebClient {
        try await signedIn(.router(port, subdomain), "admin@\(subdomain).com", "Demo@123")
    }

    static func signedIn(_ client: WebClient, _ email: String, _ password: String) async throws -> WebClient {
        let answer = try await client.post("/api/auth/login", LoginRequest(email: email, password: password))
        guard answer.status == 200 else { throw ChildFailure("login: \(answer.status) \(answer.text)") }
        return client.bearing(try answer.decode(LoginAnswer.self).token)
    }

    /// Makes a project with so many tasks.
    static func project(of client: WebClient, tasks: Int) async throws -> String {
        let answer = try await client.post("/api/projects", ["name": "Growing"])
        guard answer.status == 201 else { throw ChildFailure("project: \(answer.status) \(answer.text)") }
        let id = try answer.decode(ProjectView.self).id
        for number in 0..<tasks {
            let task = try await client.post("/api/projects/\(id)/tasks", ["title": "Task \(number)"])
            guard task.status == 201 else { throw ChildFailure("task: \(task.status) \(task.text)") }
        }
        return "\(id)"
    }

    /// A process of the deployment.
    static func process(_ name: String, _ home: String) throws -> pid_t {
        let text = try String(contentsOfFile: "\(home)/run/\(name).pid", encoding: .utf8)
        guard let id = pid_t(text.filter(\.isNumber)) else { throw ChildFailure("\(name) has no process") }
        return id
    }

    /// How the administrator of a shard reaches one of its servers.
    static func administration(_ shard: String, _ home: String, port: Int) throws -> PostgresConfiguration {
        let secret = try String(contentsOfFile: "\(home)/secrets/shard-\(shard)-admin-password", encoding: .utf8)
        return PostgresConfiguration(
            host: "127.0.0.1",
            port: port,
            database: "hub_shard",
            user: "hub_admin",
            password: PostgresPassword(secret.filter { !$0.isWhitespace })
        )
    }
}
