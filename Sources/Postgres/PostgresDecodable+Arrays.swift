package import FoundationEssentials

/// An element of an array that can be read from a column.
///
/// Bytes are apart: an array of them is a `bytea`.
package protocol PostgresArrayDecodable: PostgresDecodable {
    /// Reads the text form of an array of one dimension.
    static func decode(array text: Span<UInt8>) -> [Self]?
}

extension PostgresArrayDecodable {
    package static func decode(array text: Span<UInt8>) -> [Self]? {
        var cursor = TextCursor()
        return cursor.array(of: Self.self, in: text)
    }
}

extension Array: PostgresDecodable where Element: PostgresArrayDecodable {
    package init?(postgresText text: Span<UInt8>) {
        guard let values = Element.decode(array: text) else { return nil }
        self = values
    }
}

extension Int: PostgresArrayDecodable {}
extension Int64: PostgresArrayDecodable {}
extension String: PostgresArrayDecodable {}
extension UUID: PostgresArrayDecodable {}
extension PostgresTimestamp: PostgresArrayDecodable {}
extension Optional: PostgresArrayDecodable where Wrapped: PostgresArrayDecodable {}

extension UInt8: PostgresArrayDecodable {
    package init?(postgresText text: Span<UInt8>) { self.init(postgresDigits: text) }

    /// Reads the hex form of a `bytea`.
    package static func decode(array text: Span<UInt8>) -> [UInt8]? {
        guard text.count >= 2, text.count % 2 == 0, text[0] == UInt8(ascii: "\\"), text[1] == UInt8(ascii: "x")
        else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 2 - 1)
        var index = 2
        while index < text.count {
            guard let high = hexDigit(text[index]), let low = hexDigit(text[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
            index += 2
        }
        return bytes
    }
}

extension TextCursor {
    /// Reads `{a,"b \" c",NULL}`, which must be the whole text.
    fileprivate mutating func array<Element: PostgresDecodable>(
        of type: Element.Type,
        in text: Span<UInt8>
    ) -> [Element]? {
        guard skip("{", in: text) else { return nil }
        if skip("}", in: text) { return position == text.count ? [] : nil }
        var values: [Element] = []
        repeat {
            guard let value = element(type, in: text) else { return nil }
            values.append(value)
        } while skip(",", in: text)
        return skip("}", in: text) && position == text.count ? values : nil
    }

    private mutating func element<Element: PostgresDecodable>(
        _ type: Element.Type,
        in text: Span<UInt8>
    ) -> Element? {
        var bytes: [UInt8] = []
        let isQuoted = skip("\"", in: text)
        while position < text.count {
            let byte = text[position]
            if isQuoted ? byte == UInt8(ascii: "\"") : byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") { break }
            if byte == UInt8(ascii: "\\") { position += 1 }
            guard position < text.count else { return nil }
            bytes.append(text[position])
            position += 1
        }
        if isQuoted {
            guard skip("\"", in: text) else { return nil }
        } else if bytes.elementsEqual("NULL".utf8) {
            return Element.whenNull
        }
        return Element(postgresText: bytes.span)
    }
}
