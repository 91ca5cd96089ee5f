import ArgumentParser
import HubModel
import Topology

/// Which databases a backup command is about.
struct BackupSelection: ParsableArguments, Sendable {
    @Option(parsing: .upToNextOption, help: ArgumentHelp("Only these shards.", valueName: "shard"))
    var shard: [String] = []

    @Flag(help: "Only the directory.")
    var directory = false

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Only the audit stores of these regions.", valueName: "region")
    )
    var audit: [String] = []

    /// Whether the command line names none.
    var isEmpty: Bool { shard.isEmpty && audit.isEmpty && !directory }

    /// The databases that are named; all when none is.
    func targets(of topology: Topology, _ backups: BackupDescription) throws -> [BackupTarget] {
        let all = DatabaseTarget.all(of: topology)
        for name in shard where !topology.shards.contains(where: { $0.id.rawValue == name }) {
            throw OperatorError(unknownShard: name, in: topology)
        }
        for name in audit where !all.contains(where: { $0.name == "audit-\(name)" }) {
            throw OperatorError(.notFound, "region “\(name)” has no audit store in \(topology.file)")
        }
        return all.filter { target in
            switch target.kind {
            case _ where isEmpty: true
            case .directory: directory
            case .shard(let id): shard.contains(id.rawValue)
            case .audit(let region): audit.contains(region.rawValue)
            }
        }.map { BackupTarget($0, backups) }
    }

    /// Those whose servers' files are on this machine.
    ///
    /// - Throws: ``OperatorError`` when a named one is not, or none is.
    func targetsHere(of topology: Topology, _ backups: BackupDescription, _ console: Console) throws -> [BackupTarget] {
        let all = try targets(of: topology, backups)
        let here = all.filter { $0.folder != nil }
        for target in all where target.folder == nil {
            let sentence = "\(target.described) has no files in \(target.data) on this machine"
            guard isEmpty, !here.isEmpty else {
                throw OperatorError(.notFound, "\(sentence): run hubctl where they are, or correct backups.data")
            }
            console.note("\(sentence); it is left out")
        }
        return here
    }

    /// The one database that is named.
    func onlyTarget(of topology: Topology, _ backups: BackupDescription) throws -> BackupTarget {
        guard shard.count + audit.count + (directory ? 1 : 0) == 1 else {
            throw OperatorError(.usage, "name one database: --shard NAME, --audit REGION or --directory")
        }
        return try targets(of: topology, backups)[0]
    }
}
