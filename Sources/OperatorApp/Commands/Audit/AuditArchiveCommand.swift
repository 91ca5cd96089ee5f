import ArgumentParser
import AuditStore
import FoundationEssentials
import HubModel
import Topology

/// `hubctl audit archive`: a closed month into a file.
struct AuditArchiveCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "archive",
        abstract: "Write a closed month of a region's audit trail into a file, and take it out of the store.",
        discussion: """
            The file is gzip of lines of JSON with a checksum at its end, and is read back and checked before anything is \
            removed. The seals of the month stay in the store, so that chains can be followed and the file be checked when \
            it is attached again. Until then its entries are in no list, no export and no proof; a tenant with entries of \
            the month cannot move to another region, and what an erasure of a tenant leaves in the file is yours to care \
            for: attach the month, and archive it again.

            EXAMPLES
              hubctl audit archive --region eu --month 2026-03 --to /backup/audit
            """
    )

    @Option(help: ArgumentHelp("The region.", valueName: "region"))
    var region: String

    @Option(help: ArgumentHelp("The month, such as 2026-03.", valueName: "month"))
    var month: String

    @Option(help: ArgumentHelp("The folder that the file goes into.", valueName: "folder"))
    var to: String

    @OptionGroup var options: GlobalOptions

    func run(in context: CommandContext) async throws {
        try await AuditAccess.with(context) { access in
            let region = try access.region(named: region)
            let path = "\(to)/audit-\(region.id)-\(month).jsonl.gz".absolutePath
            let report = try await access.withStore(of: region) { store in
                let archive = try MonthArchive(month, of: store)
                if FileManager.default.fileExists(atPath: path) { try context.confirm("Replace \(path)?") }
                let writer = try ArchiveWriter(path: path)
                try writer.begin(MonthHeader(region: region.id, month: month, archivedAt: .now()))
                try await archive.read { try writer.add($0, of: MonthHeader.table) }
                _ = try writer.finish()
                // What cannot be read back is no archive.
                let trailer = try MonthFile.check(path).trailer
                let entries = trailer.rows[MonthHeader.table] ?? 0
                try context.confirm(
                    "Take the \(entries.grouped) entries of \(month) out of the store of region \(region.id)?"
                )
                return try await context.interruption.deferring {
                    try await archive.detach(file: path, sha256: trailer.sha256, entries: entries)
                    return MonthReport(
                        region: region.id,
                        month: month,
                        file: path,
                        entries: entries,
                        sha256: trailer.sha256,
                        done: "archived"
                    )
                }
            }
            try context.show(report)
        }
    }
}

/// What was done with a month.
struct MonthReport: Report {
    let region: RegionID
    let month: String
    let file: String
    let entries: Int
    let sha256: String
    /// `archived` or `attached`.
    let done: String

    func text(for stream: TextStream) -> String {
        "\(entries.grouped) entries of \(month), region \(region), \(done): \(file)\n"
    }
}
