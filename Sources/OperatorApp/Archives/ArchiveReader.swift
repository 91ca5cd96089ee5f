import HubModel
import HubWire
import ShardStore
import Topology

/// Reads a tenant's archive in bounded memory, line by line.
///
/// A reader that has come to the end without an error has checked that the file is whole and as it was written.
final class ArchiveReader {
    private let rows: ArchivedRows
    private var tableIndex = 0
    let header: ArchiveHeader

    /// Once the end has come.
    var trailer: ArchiveTrailer? { rows.trailer }

    /// Opens the file and reads its header.
    ///
    /// - Throws: one sentence for the operator.
    init(path: String) throws {
        rows = try ArchivedRows(path: path, kind: "archive of a tenant")
        guard let header = try? WireJSON.decode(ArchiveHeader.self, from: rows.first),
            header.format == TenantArchive.format
        else { throw OperatorError(.usage, "\(path) is no archive of a tenant: its first line does not say so") }
        guard header.version == TenantArchive.version else {
            throw OperatorError(
                .usage,
                "\(path) is of version \(header.version) of the format, and this hubctl reads version \(TenantArchive.version)"
            )
        }
        guard header.tables == TenantArchive.tables else {
            throw OperatorError(
                .usage,
                "\(path) does not have the tables \(TenantArchive.tables.joined(separator: ", "))"
            )
        }
        self.header = header
    }

    /// The next rows, all of one table; nil when the end has come and everything was as it must be.
    func next() throws -> (table: String, rows: [String])? {
        // Tables come in the archive's order, so that a row refers only to what is there.
        try rows.next { table in
            guard let index = TenantArchive.tables.firstIndex(of: table), index >= tableIndex else { return false }
            tableIndex = index
            return true
        }
    }
}
