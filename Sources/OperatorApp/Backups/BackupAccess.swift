import FoundationEssentials
import HubModel
import Postgres
import Reactor
import Topology

/// What every backup command works with: the topology's word on backups, and sessions at the servers that run.
struct BackupAccess: Sendable {
    let context: CommandContext
    let topology: Topology
    let backups: BackupDescription
    let reactors: ReactorGroup

    /// Lends it.
    static func with<Answer>(_ context: CommandContext, _ body: (BackupAccess) async throws -> Answer) async throws
        -> Answer
    {
        let topology = try context.topology()
        let backups = try topology.requireBackups()
        try PgBackRest.requireInstalled()
        let reactors = try ReactorGroup(count: 1, name: "hubctl")
        defer { reactors.shutdown() }
        return try await body(BackupAccess(context: context, topology: topology, backups: backups, reactors: reactors))
    }

    func pgbackrest(_ target: BackupTarget) throws -> PgBackRest {
        try PgBackRest(target, backups, secrets: context.secrets)
    }

    /// The folder of locks, beside the settings.
    var lockFolder: String {
        URL(filePath: backups.settings.absolutePath).deletingLastPathComponent().path + "/lock"
    }

    /// Lends an administrator's session at the server that serves the database now.
    func withSession<Answer: Sendable>(
        _ target: BackupTarget,
        database: String? = nil,
        _ body: (PostgresConnection) async throws -> Answer
    ) async throws -> Answer {
        try await DatabaseAccess(target: target.database, secrets: context.secrets, reactors: reactors)
            .withConnection(database: database, body)
    }

    /// Fails unless the server that serves the database is the one whose files are on this machine.
    func requireSameServer(_ target: BackupTarget) async throws {
        guard let folder = target.folder else { return }
        let (identifier, path) = try await withSession(target, database: "postgres") { connection in
            try await connection.query(
                "SELECT system_identifier::text, current_setting('data_directory') FROM pg_control_system()"
            ).single().decode((String.self, String.self))
        }
        guard identifier == String(folder.systemIdentifier) else {
            throw OperatorError(
                .usage,
                "\(target.data) is not the data folder of \(target.described), whose server at \(target.database.address) keeps its files in \(path): correct backups.data"
            )
        }
    }

    /// The timeline that the repository has most of, with where it comes from.
    func history(of information: BackupInformation, _ target: BackupTarget) async throws -> TimelineHistory {
        let timeline = information.newestTimeline
        guard timeline > 1 else { return TimelineHistory(timeline: timeline, text: "") }
        // It is archived before the timeline's first segment, and kept for ever; a repository that was begun later lacks it,
        // and has no backup then that the timeline descends from.
        let archive = information.archive.last?.id ?? ""
        let path = "archive/\(target.name)/\(archive)/\(TimelineHistory.file(of: timeline))"
        return TimelineHistory(timeline: timeline, text: try await pgbackrest(target).file(path) ?? "")
    }

    /// Does work that an interrupt ends, but not what follows it: an operator's wish to stop becomes an error here.
    func interruptibly<Answer: Sendable>(_ work: @escaping @Sendable () async throws -> Answer) async throws -> Answer {
        let interruption = context.interruption
        return try await withThrowingTaskGroup(of: Answer.self) { group in
            group.addTask(operation: work)
            group.addTask {
                while !interruption.isRequested { try await Task.sleep(for: .milliseconds(100)) }
                throw CancellationError()
            }
            do {
                guard let answer = try await group.next() else { throw CancellationError() }
                group.cancelAll()
                return answer
            } catch {
                group.cancelAll()
                while let _ = await group.nextResult() {}
                throw error
            }
        }
    }

    func progress(_ activity: String) -> ProgressReporter {
        ProgressReporter(
            activity: activity,
            unit: "percent",
            total: 100,
            console: context.console,
            format: context.options.format
        )
    }
}
