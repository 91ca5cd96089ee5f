import Crypto
import HubModel
import HubWire
import ShardStore
import Topology

/// Reads a tenant's archive in bounded memory, line by line.
///
/// A reader that has come to the end without an error has checked that the file is whole and as it was written.
final class ArchiveReader {
    private let path: String
    private let lines: GzipLines
    private var hash = SHA256()
    private var rows: [String: Int] = [:]
    private var tableIndex = 0
    let header: ArchiveHeader
    /// Once the end has come.
    private(set) var trailer: ArchiveTrailer?

    /// Rows that are handed out at a time, at most.
    private static let batch = 1000

    /// Opens the file and reads its header.
    ///
    /// - Throws: one sentence for the operator.
    init(path: String) throws {
        self.path = path
        lines = try GzipLines(path: path)
        guard let first = try lines.peek() else {
            throw OperatorError(.usage, "\(path) is no archive of a tenant: it has no line")
        }
        lines.advance()
        hash.update(data: first + [0x0A])
        guard let header = try? WireJSON.decode(ArchiveHeader.self, from: first), header.format == TenantArchive.format
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
        var table: String?
        var texts: [String] = []
        while texts.count < ArchiveReader.batch, let line = try lines.peek() {
            guard let (name, row) = ArchiveReader.row(of: line) else {
                guard texts.isEmpty else { break }
                lines.advance()
                try end(line)
                return nil
            }
            if let table, table != name { break }
            try require(name)
            table = name
            texts.append(row)
            rows[name, default: 0] += 1
            lines.advance()
            hash.update(data: line + [0x0A])
        }
        if let table { return (table, texts) }
        throw damaged("it ends after line \(lines.number), without its last line")
    }

    // MARK: - Private

    /// A row's table and text; nil for a line that is no row.
    private static func row(of line: [UInt8]) -> (String, String)? {
        guard let text = String(validating: line, as: UTF8.self), text.hasPrefix(#"{"table":""#), text.hasSuffix("}}")
        else { return nil }
        let rest = text.dropFirst(#"{"table":""#.count)
        guard let quote = rest.firstIndex(of: "\"") else { return nil }
        let tail = rest[quote...]
        guard tail.hasPrefix(#"","row":{"#) else { return nil }
        return (String(rest[..<quote]), String(tail.dropFirst(#"","row":"#.count).dropLast()))
    }

    /// Tables come in the archive's order, so that a row refers only to what is there.
    private func require(_ table: String) throws {
        guard let index = TenantArchive.tables.firstIndex(of: table), index >= tableIndex else {
            throw damaged("line \(lines.number + 1) has a row of \(table), which does not belong there")
        }
        tableIndex = index
    }

    private func end(_ line: [UInt8]) throws {
        guard let trailer = try? WireJSON.decode(ArchiveTrailer.self, from: line) else {
            throw damaged("line \(lines.number) is neither a row nor the end")
        }
        guard trailer.sha256 == hash.finalize().hexadecimal, trailer.rows == rows else {
            throw damaged("its lines are not those that its last line tells of")
        }
        guard try lines.peek() == nil, lines.isWhole else { throw damaged("something follows its last line") }
        self.trailer = trailer
    }

    private func damaged(_ what: String) -> OperatorError {
        OperatorError(.usage, "\(path) is damaged: \(what); nothing was imported")
    }
}
