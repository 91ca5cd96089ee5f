package import FoundationEssentials

extension FixedWidthInteger {
    /// Reads decimal digits with an optional sign.
    init?(postgresDigits text: Span<UInt8>) {
        var index = 0
        let isNegative = text.count > 0 && text[0] == UInt8(ascii: "-")
        if isNegative { index = 1 }
        guard index < text.count else { return nil }
        var value: Self = 0
        while index < text.count {
            let byte = text[index]
            guard byte >= 48, byte <= 57 else { return nil }
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let digit = Self(byte - 48)
            let (sum, secondOverflow) =
                isNegative ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
            guard !overflow, !secondOverflow else { return nil }
            value = sum
            index += 1
        }
        self = value
    }
}

extension Int16: PostgresDecodable {
    package init?(postgresText text: Span<UInt8>) { self.init(postgresDigits: text) }
}

extension Int32: PostgresDecodable {
    package init?(postgresText text: Span<UInt8>) { self.init(postgresDigits: text) }
}

extension Int64: PostgresDecodable {
    package init?(postgresText text: Span<UInt8>) { self.init(postgresDigits: text) }
}

extension Int: PostgresDecodable {
    package init?(postgresText text: Span<UInt8>) { self.init(postgresDigits: text) }
}

extension UInt64: PostgresDecodable {
    package init?(postgresText text: Span<UInt8>) { self.init(postgresDigits: text) }
}

extension Bool: PostgresDecodable {
    package init?(postgresText text: Span<UInt8>) {
        guard text.count == 1 else { return nil }
        switch text[0] {
        case UInt8(ascii: "t"): self = true
        case UInt8(ascii: "f"): self = false
        default: return nil
        }
    }
}

extension Double: PostgresDecodable {
    package init?(postgresText text: Span<UInt8>) {
        guard let text = String(postgresText: text) else { return nil }
        self.init(text)
    }
}

/// Any type can be read as a string.
extension String: PostgresDecodable {
    package init?(postgresText text: Span<UInt8>) {
        guard let utf8 = try? UTF8Span(validating: text) else { return nil }
        self.init(copying: utf8)
    }
}

extension UUID: PostgresDecodable {
    package init?(postgresText text: Span<UInt8>) {
        guard text.count == 36 else { return nil }
        var high: UInt64 = 0
        var low: UInt64 = 0
        var digits = 0
        for index in 0..<36 {
            if index == 8 || index == 13 || index == 18 || index == 23 {
                guard text[index] == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard let digit = hexDigit(text[index]) else { return nil }
            if digits < 16 { high = high << 4 | UInt64(digit) } else { low = low << 4 | UInt64(digit) }
            digits += 1
        }
        func byte(_ word: UInt64, _ index: Int) -> UInt8 { UInt8(truncatingIfNeeded: word >> (56 - 8 * index)) }
        self.init(
            uuid: (
                byte(high, 0), byte(high, 1), byte(high, 2), byte(high, 3),
                byte(high, 4), byte(high, 5), byte(high, 6), byte(high, 7),
                byte(low, 0), byte(low, 1), byte(low, 2), byte(low, 3),
                byte(low, 4), byte(low, 5), byte(low, 6), byte(low, 7)
            )
        )
    }
}

extension Date: PostgresDecodable {
    package init?(postgresText text: Span<UInt8>) {
        guard let moment = PostgresTimestamp(postgresText: text) else { return nil }
        self.init(timeIntervalSince1970: Double(moment.microseconds) / 1_000_000)
    }
}

/// The value of a hexadecimal digit in either case.
func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
}
