/// Rows under titled columns, aligned for a terminal or a pipe.
struct Table: Sendable {
    /// How a cell is meant; a terminal shows it as a colour, a pipe does not.
    enum Tone: Sendable {
        case plain
        case good
        case warning
        case bad
    }

    struct Cell: Sendable, ExpressibleByStringInterpolation {
        let text: String
        let tone: Tone

        init(_ text: String, _ tone: Tone = .plain) {
            self.text = text.printable
            self.tone = tone
        }

        init(stringLiteral text: String) {
            self.init(text)
        }
    }

    struct Column: Sendable, ExpressibleByStringLiteral {
        let title: String
        let isNumeric: Bool

        private init(title: String, isNumeric: Bool) {
            self.title = title
            self.isNumeric = isNumeric
        }

        init(stringLiteral title: String) {
            self.init(title: title, isNumeric: false)
        }

        /// A column of numbers, flush right.
        static func number(_ title: String) -> Column { Column(title: title, isNumeric: true) }
    }

    let columns: [Column]
    private(set) var rows: [[Cell]] = []

    init(_ columns: Column...) {
        self.columns = columns
    }

    /// Adds a row of exactly as many cells as there are columns.
    mutating func append(_ cells: Cell...) {
        precondition(cells.count == columns.count, "a row has \(cells.count) cells for \(columns.count) columns")
        rows.append(cells)
    }

    /// The lines of the table, each ended by a line feed.
    ///
    /// - Parameters:
    ///   - width: the cells a line may take; the widest columns are cut until it fits. Nil cuts nothing.
    ///   - isColored: whether tones become ANSI colours (SGR, ECMA-48 section 8.3.117).
    func rendered(width: Int?, isColored: Bool) -> String {
        let widths = columnWidths(within: width)
        var text = line(columns.map { Cell($0.title) }, widths, isColored: false)
        for row in rows { text += line(row, widths, isColored: isColored) }
        return text
    }

    // MARK: - Private

    private static let gap = "  "
    private static let narrowestColumn = 4

    private func columnWidths(within limit: Int?) -> [Int] {
        var widths = columns.indices.map { index in
            rows.reduce(columns[index].title.displayWidth) { max($0, $1[index].text.displayWidth) }
        }
        guard let limit else { return widths }
        var excess = widths.reduce(0, +) + Table.gap.count * (columns.count - 1) - limit
        while excess > 0, let widest = widths.indices.max(by: { widths[$0] < widths[$1] }),
            widths[widest] > Table.narrowestColumn
        {
            widths[widest] -= 1
            excess -= 1
        }
        return widths
    }

    private func line(_ cells: [Cell], _ widths: [Int], isColored: Bool) -> String {
        var text = ""
        var pending = ""
        for index in cells.indices {
            let shown = cells[index].text.truncated(to: widths[index])
            let padding = String(repeating: " ", count: max(0, widths[index] - shown.displayWidth))
            let colored = isColored ? cells[index].tone.colored(shown) : shown
            if columns[index].isNumeric { pending += padding }
            // Padding waits for the next visible cell, so that no line ends in blanks.
            if !shown.isEmpty {
                text += pending + colored
                pending = ""
            }
            if !columns[index].isNumeric { pending += padding }
            pending += Table.gap
        }
        return text + "\n"
    }
}

extension Table.Tone {
    fileprivate func colored(_ text: String) -> String {
        switch self {
        case .plain: text
        case .good: "\u{1B}[32m\(text)\u{1B}[0m"
        case .warning: "\u{1B}[33m\(text)\u{1B}[0m"
        case .bad: "\u{1B}[31m\(text)\u{1B}[0m"
        }
    }
}
