/// A tenant's subdomain: one lower-case DNS label of 3–50 characters (RFC 1035 section 2.3.1, digits first allowed).
package struct Subdomain: Hashable, Comparable, Sendable {
    package let rawValue: String

    package static let allowedLengths = 3...50

    package static func < (left: Subdomain, right: Subdomain) -> Bool { left.rawValue < right.rawValue }

    /// Names that no tenant may take, since people would trust them as the operator's own.
    package static let reserved: Set<String> = [
        "admin", "api", "apex", "app", "assets", "auth", "billing", "blog", "cdn", "console", "control", "dashboard",
        "docs", "email", "ftp", "health", "help", "hub", "imap", "internal", "localhost", "login", "mail", "metrics",
        "ns1", "ns2", "pop", "postmaster", "root", "security", "signup", "smtp", "static", "status", "support",
        "system", "test", "webmail", "wpad", "www",
    ]

    /// Whether it is kept for the hub itself: no organisation may sign up with it.
    package var isReserved: Bool { Subdomain.reserved.contains(rawValue) || isCanary }

    /// Whether it names a tenant that an operator keeps for trying things out, which only super admins may make.
    package var isCanary: Bool { rawValue.hasPrefix("canary-") }
}

extension Subdomain: LosslessStringConvertible {
    /// Accepts letters, digits and inner hyphens only; upper case is not folded here, so that a caller decides.
    /// Labels with hyphens in the third and fourth place (`xn--…`) are refused: RFC 5891 section 4.2.3.1 reserves them.
    package init?(_ description: String) {
        let bytes = Array(description.utf8)
        guard
            Subdomain.allowedLengths.contains(bytes.count), bytes.first != 0x2D, bytes.last != 0x2D,
            bytes.allSatisfy({ (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }),
            !(bytes.count >= 4 && bytes[2] == 0x2D && bytes[3] == 0x2D)
        else { return nil }
        rawValue = description
    }

    package var description: String { rawValue }
}

extension Subdomain: Codable {
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let value = Subdomain(text) else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "expected 3–50 lower-case letters, digits and inner hyphens"
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
