/// A table of figures on standard output, each column as wide as it must be, and notes below it.
package struct Report {
    private var rows: [[String]]

    package init(columns: [String]) {
        rows = [columns]
    }

    package mutating func add(_ cells: String...) { add(cells) }

    package mutating func add(_ cells: [String]) { rows.append(cells) }

    package func print(title: String) {
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        Swift.print("\n\(title)\n")
        for row in rows {
            let cells = zip(row, widths).enumerated().map { index, cell in
                let padding = String(repeating: " ", count: cell.1 - cell.0.count)
                return index == 0 ? cell.0 + padding : padding + cell.0
            }
            Swift.print("  " + cells.joined(separator: "   "))
        }
    }
}

extension Double {
    /// With the given number of digits after the point, and commas between thousands.
    package func formatted(digits: Int) -> String {
        guard isFinite else { return "–" }
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let scaled = Int((abs(self) * scale).rounded())
        let (whole, fraction) = scaled.quotientAndRemainder(dividingBy: Int(scale))
        var text = ""
        for (index, digit) in String(whole).reversed().enumerated() {
            if index > 0, index % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        text = String(text.reversed())
        if digits > 0 {
            let tail = String(fraction)
            text += "." + String(repeating: "0", count: digits - tail.count) + tail
        }
        return self < 0 ? "-" + text : text
    }
}

extension Collection<Double> {
    /// The middle value; of an even number of values the lower of the two.
    package var median: Double { isEmpty ? .nan : sorted()[(count - 1) / 2] }

    /// The smallest value that at least that share of the values does not exceed (nearest rank).
    package func percentile(_ share: Double) -> Double {
        guard !isEmpty else { return .nan }
        return sorted()[Swift.min(count - 1, Swift.max(0, Int((share * Double(count)).rounded(.up)) - 1))]
    }
}
