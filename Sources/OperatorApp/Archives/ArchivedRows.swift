import Crypto
import HubModel
import HubWire
import Topology

/// The lines of an archive in bounded memory: a first one that says what it is, rows of tables, and a last one by which it is
/// known that all is there and as it was written.
final class ArchivedRows {
    private let path: String
    private let lines: GzipLines
    private var hash = SHA256()
    private var rows: [String: Int] = [:]
    /// Without its line feed.
    let first: [UInt8]
    /// Once the end has come.
    private(set) var trailer: ArchiveTrailer?

    /// Rows that are handed out at a time, at most.
    private static let batch = 1000

    /// Opens the file and reads its first line.
    ///
    /// - Parameter kind: what the file should be, for a sentence.
    /// - Throws: one sentence for the operator.
    init(path: String, kind: String) throws {
        self.path = path
        lines = try GzipLines(path: path)
        guard let first = try lines.peek() else {
            throw OperatorError(.usage, "\(path) is no \(kind): it has no line")
        }
        self.first = first
        lines.advance()
        hash.update(data: first + [0x0A])
    }

    /// The next rows, all of one table; nil when the end has come and everything was as it must be.
    ///
    /// - Parameter isExpected: whether a row of this table may come here.
    func next(_ isExpected: (_ table: String) -> Bool) throws -> (table: String, rows: [String])? {
        var table: String?
        var texts: [String] = []
        while texts.count < ArchivedRows.batch, let line = try lines.peek() {
            guard let (name, row) = ArchivedRows.row(of: line) else {
                guard texts.isEmpty else { break }
                lines.advance()
                try end(line)
                return nil
            }
            if let table, table != name { break }
            guard isExpected(name) else {
                throw damaged("line \(lines.number + 1) has a row of \(name), which does not belong there")
            }
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
