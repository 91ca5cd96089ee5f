import Crypto

/// A strong entity tag (RFC 9110 section 8.8.3): equal exactly when the representations are, byte for byte.
package struct EntityTag: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(of representation: [UInt8]) {
        let digits = Array("0123456789abcdef".utf8)
        var text = "\""
        for byte in SHA256.hash(data: representation).prefix(16) {
            text.unicodeScalars.append(Unicode.Scalar(digits[Int(byte >> 4)]))
            text.unicodeScalars.append(Unicode.Scalar(digits[Int(byte & 0xF)]))
        }
        description = text + "\""
    }

    /// Whether an `If-None-Match` value names this tag; compared weakly, as RFC 9110 section 13.1.2 asks.
    package func matches(anyOf condition: String) -> Bool {
        EntityTag.candidates(of: condition).contains { tag in
            tag == "*" || tag == description || tag.hasPrefix("W/") && tag.dropFirst(2) == description
        }
    }

    /// Whether an `If-Match` value names this tag; compared strongly, as RFC 9110 section 13.1.1 asks.
    package func matches(stronglyAnyOf condition: String) -> Bool {
        EntityTag.candidates(of: condition).contains { $0 == "*" || $0 == description }
    }

    // MARK: - Private

    private static func candidates(of condition: String) -> [Substring] {
        condition.split(separator: ",").map { candidate in
            var tag = candidate.drop(while: \.isWhitespace)
            while tag.last?.isWhitespace == true { tag.removeLast() }
            return tag
        }
    }
}
