import HubModel
import HubWire
import Topology

/// The first line of a file with a month of a region's audit trail.
struct MonthHeader: Codable, Sendable {
    static let currentFormat = "workspace-hub.audit-month"
    static let currentVersion = 1
    /// Of the rows.
    static let table = "audit_trail"

    var format = currentFormat
    var version = currentVersion
    let region: RegionID
    /// Such as 2026-03.
    let month: String
    let archivedAt: Timestamp
}

/// Reads a month's file in bounded memory.
final class MonthFile {
    private let rows: ArchivedRows
    let header: MonthHeader

    /// Once the end has come.
    var trailer: ArchiveTrailer? { rows.trailer }

    /// - Throws: one sentence for the operator.
    init(path: String) throws {
        rows = try ArchivedRows(path: path, kind: "month of an audit trail")
        guard let header = try? WireJSON.decode(MonthHeader.self, from: rows.first),
            header.format == MonthHeader.currentFormat
        else { throw OperatorError(.usage, "\(path) is no month of an audit trail: its first line does not say so") }
        guard header.version == MonthHeader.currentVersion else {
            throw OperatorError(
                .usage,
                "\(path) is of version \(header.version) of the format, and this hubctl reads version \(MonthHeader.currentVersion)"
            )
        }
        self.header = header
    }

    /// The next rows; nil when the end has come and everything was as it must be.
    func next() throws -> [String]? { try rows.next { $0 == MonthHeader.table }?.rows }

    /// Reads the whole file, and tells what its last line says.
    static func check(_ path: String) throws -> (header: MonthHeader, trailer: ArchiveTrailer) {
        let file = try MonthFile(path: path)
        while try file.next() != nil {}
        guard let trailer = file.trailer else { throw OperatorError(.usage, "\(path) has no last line") }
        return (file.header, trailer)
    }
}
