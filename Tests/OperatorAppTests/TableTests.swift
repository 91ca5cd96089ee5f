import Testing

@testable import OperatorApp

@Suite("Tables")
struct TableTests {
    private func sample() -> Table {
        var table = Table("NAME", .number("TENANTS"), "STATE")
        table.append("us-1", "1,204", Table.Cell("open", .good))
        table.append("a-longer-name", "7", "draining")
        return table
    }

    @Test("Columns are aligned, numbers flush right, and no line ends in blanks")
    func aligned() {
        #expect(
            sample().rendered(width: nil, isColored: false) == """
                NAME           TENANTS  STATE
                us-1             1,204  open
                a-longer-name        7  draining

                """
        )
    }

    @Test("A table fits the terminal, at the cost of its widest column", arguments: [34, 30, 26, 22])
    func truncated(width: Int) {
        let lines = sample().rendered(width: width, isColored: false).split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines.allSatisfy { String($0).displayWidth <= width })
        #expect(lines[2].contains("…") == (width < 32))
    }

    @Test("Colours surround the text and do not change the alignment")
    func colored() {
        let colored = sample().rendered(width: nil, isColored: true)
        #expect(colored.contains("\u{1B}[32mopen\u{1B}[0m"))
        let plain = colored.replacing("\u{1B}[32m", with: "").replacing("\u{1B}[0m", with: "")
        #expect(plain == sample().rendered(width: nil, isColored: false))
    }

    @Test("A name cannot drive the terminal or break a row")
    func controlCharacters() {
        var table = Table("NAME")
        table.append(Table.Cell("evil\u{1B}[2J\nsecond\u{9B}row\u{7F}"))
        let text = table.rendered(width: nil, isColored: false)
        #expect(text.unicodeScalars.filter { $0.properties.generalCategory == .control } == ["\n", "\n"])
        #expect(text.contains("evil␛[2J␊second"))
    }

    @Test("Wide and combining characters take the cells a terminal gives them")
    func displayWidths() {
        #expect("東京".displayWidth == 4)
        #expect("e\u{301}".displayWidth == 1)
        #expect("🚀".displayWidth == 2)
        #expect("東京タワー".truncated(to: 6) == "東京…")
        #expect("plain".truncated(to: 5) == "plain")
    }

    @Test("An empty table is its titles")
    func empty() {
        #expect(Table("A", "B").rendered(width: 80, isColored: true) == "A  B\n")
    }
}
