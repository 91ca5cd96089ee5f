import ArgumentParser
import AuditStore
import HubModel
import Topology

/// `hubctl audit attach`: an archived month back into its store.
struct AuditAttachCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "attach",
        abstract: "Put an archived month back into its region's audit store.",
        discussion: """
            The file is checked whole first, and its entries against the seals that stayed in the store; what was changed in \
            either is refused, and nothing is attached.

            EXAMPLES
              hubctl audit attach /backup/audit/audit-eu-2026-03.jsonl.gz
            """
    )

    @Argument(help: "The file.")
    var file: String

    @OptionGroup var options: GlobalOptions

    func run(in context: CommandContext) async throws {
        let (header, trailer) = try MonthFile.check(file)
        try await AuditAccess.with(context) { access in
            let region = try access.region(named: header.region.rawValue)
            let report = try await access.withStore(of: region) { store in
                guard let kept = try await store.archives().first(where: { $0.month == header.month }) else {
                    throw OperatorError(.refused, "\(header.month) is not archived in region \(region.id)")
                }
                guard kept.sha256 == trailer.sha256 else {
                    throw OperatorError(
                        .failed,
                        "\(file) is not the file that \(header.month) of region \(region.id) was archived into (\(kept.file)): "
                            + "its checksum is another; nothing was attached"
                    )
                }
                let archive = try MonthArchive(header.month, of: store)
                let reader = try MonthFile(path: file)
                let entries = try await context.interruption.deferring {
                    try await archive.attach { try reader.next() }
                }
                return MonthReport(
                    region: region.id,
                    month: header.month,
                    file: file.absolutePath,
                    entries: entries,
                    sha256: trailer.sha256,
                    done: "attached"
                )
            }
            try context.show(report)
        }
    }
}
