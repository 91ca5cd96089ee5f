import HubModel

/// A number as a page shows it: readable without script, and in the reader's own way with it; drawn by `console-quantity`.
struct Quantity: Sendable {
    /// What `console.js` writes it anew from.
    let value: String
    /// `count`, `bytes`, `milliseconds`, `seconds`, `percent` or `rate`.
    let unit: String
    let text: String

    static func count(_ number: Int) -> Quantity { count(Int64(number)) }

    static func count(_ number: Int64) -> Quantity {
        Quantity(value: String(number), unit: "count", text: grouped(number))
    }

    static func bytes(_ number: Int64) -> Quantity {
        var (amount, unit) = (Double(number), "B")
        for larger in ["kB", "MB", "GB", "TB"] where amount >= 1000 { (amount, unit) = (amount / 1000, larger) }
        let text = unit == "B" ? "\(number) B" : "\(rounded(amount, digits: amount < 10 ? 1 : 0)) \(unit)"
        return Quantity(value: String(number), unit: "bytes", text: text)
    }

    static func milliseconds(_ number: Double) -> Quantity {
        let text = number < 1000 ? "\(rounded(number, digits: 0)) ms" : "\(rounded(number / 1000, digits: 1)) s"
        return Quantity(value: String(number), unit: "milliseconds", text: text)
    }

    static func seconds(_ number: Double) -> Quantity {
        let whole = Int64(number.rounded(.up))
        let text = whole < 60 ? "\(whole) s" : whole < 3600 ? "\(whole / 60) min" : "\(whole / 3600) h"
        return Quantity(value: String(number), unit: "seconds", text: text)
    }

    /// - Parameter share: 0–1.
    static func percent(_ share: Double) -> Quantity {
        Quantity(value: String(share), unit: "percent", text: "\(rounded(share * 100, digits: 1)) %")
    }

    static func rate(perSecond number: Double) -> Quantity {
        Quantity(value: String(number), unit: "rate", text: "\(grouped(Int64(number.rounded())))/s")
    }

    // MARK: - Private

    private static func grouped(_ number: Int64) -> String {
        var text = ""
        for (index, digit) in String(number.magnitude).reversed().enumerated() {
            if index > 0, index.isMultiple(of: 3) { text.append(",") }
            text.append(digit)
        }
        return (number < 0 ? "-" : "") + String(text.reversed())
    }

    private static func rounded(_ number: Double, digits: Int) -> String {
        guard digits > 0 else { return String(Int64(number.rounded())) }
        let tenths = Int64((number * 10).rounded())
        return tenths.isMultiple(of: 10) ? String(tenths / 10) : "\(tenths / 10).\(abs(tenths % 10))"
    }
}
