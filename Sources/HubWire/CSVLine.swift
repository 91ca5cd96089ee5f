import FoundationEssentials

/// Lines of CSV (RFC 4180) that are safe to open in a spreadsheet.
package enum CSVLine {
    package static let mediaType = "text/csv"

    /// One line with its CRLF.
    package static func text(_ cells: [String]) -> String { cells.map(cell).joined(separator: ",") + "\r\n" }

    // MARK: - Private

    /// A cell that a spreadsheet would take for a formula is led by an apostrophe: people choose names and titles, and
    /// an administrator opens the file.
    private static func cell(_ text: String) -> String {
        let isFormula = text.unicodeScalars.first.map { "=+-@\t\r".unicodeScalars.contains($0) } ?? false
        let text = isFormula ? "'" + text : text
        guard text.unicodeScalars.contains(where: { "\",\r\n".unicodeScalars.contains($0) }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
