/// An email address in lower case, so that one person has one account whatever they type.
///
/// The rules are those of a browser's email field (HTML, "valid e-mail address"), with the lengths of RFC 5321
/// section 4.5.3.1 and the 255 bytes of the `email` columns: one `@`, a local part of at most 64 bytes, and a domain of
/// at least two labels.
package struct EmailAddress: Hashable, Comparable, Sendable {
    package let rawValue: String

    package static let maximumLength = 255

    package static func < (left: EmailAddress, right: EmailAddress) -> Bool { left.rawValue < right.rawValue }
}

extension EmailAddress: LosslessStringConvertible {
    /// Reads an address in either case; nil for anything that is not one.
    package init?(_ description: String) {
        // Before folding: the lower-case form of some other letters is ASCII (U+212A KELVIN SIGN becomes `k`).
        guard description.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        let text = description.lowercased()
        let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard
            text.utf8.count <= EmailAddress.maximumLength, parts.count == 2,
            EmailAddress.isLocalPart(parts[0]), EmailAddress.isDomain(parts[1])
        else { return nil }
        rawValue = text
    }

    package var description: String { rawValue }

    // MARK: - Private

    private static func isLocalPart(_ part: Substring.UTF8View) -> Bool {
        let punctuation = Set(".!#$%&'*+/=?^_`{|}~-".utf8)
        return (1...64).contains(part.count) && part.allSatisfy { isAlphanumeric($0) || punctuation.contains($0) }
            && part.first != UInt8(ascii: ".") && part.last != UInt8(ascii: ".")
    }

    private static func isDomain(_ part: Substring.UTF8View) -> Bool {
        let labels = part.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return labels.count >= 2
            && labels.allSatisfy { label in
                let hyphen = UInt8(ascii: "-")
                return (1...63).contains(label.count) && label.first != hyphen && label.last != hyphen
                    && label.allSatisfy { isAlphanumeric($0) || $0 == hyphen }
            }
    }

    /// Lower-case letters and digits of ASCII: the text has been folded before.
    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
    }
}

extension EmailAddress: Codable {
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let value = EmailAddress(text) else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "expected an email address such as ada@example.com"
                )
            )
        }
        self = value
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}
