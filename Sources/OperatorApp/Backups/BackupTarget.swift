import FoundationEssentials
import Glibc
import HubModel
import Topology

/// One database of the deployment with what its backups need to know: where its server's files are, and how it is stopped
/// and started.
struct BackupTarget: Sendable {
    let database: DatabaseTarget
    /// The server's data folder on its machine.
    let data: String
    /// The folder of the server's Unix socket.
    let socket: String
    let port: Int
    let stop: String
    let start: String

    init(_ database: DatabaseTarget, _ backups: BackupDescription) {
        self.database = database
        data = BackupDescription.filled(backups.data, name: database.name).absolutePath
        socket = BackupDescription.filled(backups.socket, name: database.name).absolutePath
        port = database.endpoints[0].port
        stop = BackupDescription.filled(backups.stop, name: database.name)
        start = BackupDescription.filled(backups.start, name: database.name)
    }

    /// `directory`, or the shard's name; pgbackrest's stanza has it too.
    var name: String { database.name }

    /// What a sentence calls it.
    var described: String {
        switch database.kind {
        case .directory: "the directory"
        case .shard(let id): "shard \(id)"
        case .audit(let region): "the audit store of \(region)"
        }
    }

    /// How the command line names it.
    var flag: String {
        switch database.kind {
        case .directory: "--directory"
        case .shard(let id): "--shard \(id)"
        case .audit(let region): "--audit \(region)"
        }
    }

    /// Its data folder, when it is on this machine.
    var folder: ClusterFolder? { ClusterFolder(path: data) }

    /// Who owns the server's files; where there are none any more, who would.
    var user: ServerUser {
        ServerUser(owning: data) ?? (geteuid() == 0 ? ServerUser(named: "postgres") ?? .own : .own)
    }
}

extension Topology {
    /// What is said of backups.
    ///
    /// - Throws: ``OperatorError`` when nothing is.
    func requireBackups() throws -> BackupDescription {
        guard let backups else {
            throw OperatorError(
                .usage,
                "\(file) has no section backups: add one (hubctl topology --help tells its keys)"
            )
        }
        return backups
    }
}

extension String {
    /// The path as seen from everywhere, not only from the folder this process runs in.
    var absolutePath: String {
        hasPrefix("/") ? self : "\(FileManager.default.currentDirectoryPath)/\(self)"
    }
}
