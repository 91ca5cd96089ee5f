extension ProgressMeter {
    /// One line of at most `width` cells, such as `loading ━━━━━────  42 %  1,260,000 rows  145,000/s  0:12 left`.
    func line(width: Int) -> String {
        let percent = String(Int(fraction * 100))
        let counts = "\(done.grouped) / \(total.grouped) \(unit)"
        let pace = "\(Int(rate).grouped)/s  \(remaining.map { "\($0.clock) left" } ?? "…")"
        let tail = "  \(String(repeating: " ", count: 3 - percent.count))\(percent) %  \(counts)  \(pace)"
        let room = width - activity.displayWidth - tail.displayWidth - 2
        guard room >= 10 else { return (activity + tail).truncated(to: width) }
        let length = min(room, 40)
        let filled = Int(Double(length) * fraction)
        let bar = String(repeating: "━", count: filled) + String(repeating: "─", count: length - filled)
        return "\(activity) \(bar)\(tail)"
    }
}

extension BinaryInteger {
    /// Decimal digits in groups of three: `1,260,000`.
    var grouped: String {
        let digits = String(magnitude)
        var text = self < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(",") }
            text.append(digit)
        }
        return text
    }
}

extension Duration {
    /// Hours, minutes and seconds, rounded up: `0:12`, `1:02:03`.
    var clock: String {
        let whole = Int(seconds.rounded(.up))
        func padded(_ value: Int) -> String { value < 10 ? "0\(value)" : String(value) }
        return whole < 3600
            ? "\(whole / 60):\(padded(whole % 60))"
            : "\(whole / 3600):\(padded(whole / 60 % 60)):\(padded(whole % 60))"
    }
}
