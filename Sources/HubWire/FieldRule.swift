import HubModel

/// What one member of a request must be: read as `Raw` from the JSON, then checked into a `Value`.
struct FieldRule<Raw: Decodable, Value> {
    /// A member that was read but breaks its rule.
    struct Violation: Error {
        /// Completes "‹field› …".
        let message: String
    }

    /// The same rule as far as a schema can tell it.
    let shape: ValueShape
    let check: (Raw) throws(Violation) -> Value
}

extension FieldRule where Raw == String, Value == String {
    /// One line of text; lengths count Unicode code points, as PostgreSQL's `varchar(n)` does.
    static func line(_ lengths: ClosedRange<Int>) -> FieldRule {
        FieldRule(shape: .line(lengths)) { text throws(Violation) in
            let isControl: (Unicode.Scalar) -> Bool = { $0.value < 0x20 || $0.value == 0x7F }
            guard lengths.contains(text.unicodeScalars.count) else {
                throw Violation(message: "must be \(lengths.lowerBound)–\(lengths.upperBound) characters long")
            }
            guard text.contains(where: { !$0.isWhitespace }) else { throw Violation(message: "must not be blank") }
            guard !text.unicodeScalars.contains(where: isControl) else {
                throw Violation(message: "must not contain line breaks or other control characters")
            }
            return text
        }
    }

    /// Text of any lines, at most 100,000 code points. A NUL is refused, since PostgreSQL cannot store one.
    static var prose: FieldRule {
        let longest = 100_000
        return FieldRule(shape: .prose(longest)) { text throws(Violation) in
            guard text.unicodeScalars.count <= longest else {
                throw Violation(message: "must be at most \(longest) characters long")
            }
            guard !text.utf8.contains(0) else { throw Violation(message: "must not contain a NUL character") }
            return text
        }
    }

    /// A password to be set: bcrypt reads no more than 72 bytes and stops at a NUL, so neither is let in.
    static var newPassword: FieldRule {
        let (fewestCharacters, mostBytes) = (8, 72)
        let shape = ValueShape.password(fewestCharacters: fewestCharacters, mostBytes: mostBytes)
        return FieldRule(shape: shape) { text throws(Violation) in
            guard text.count >= fewestCharacters else {
                throw Violation(message: "must be at least \(fewestCharacters) characters long")
            }
            guard text.utf8.count <= mostBytes else {
                throw Violation(message: "must be at most \(mostBytes) bytes long in UTF-8")
            }
            guard !text.utf8.contains(0) else { throw Violation(message: "must not contain a NUL character") }
            return text
        }
    }

    /// The name of an account as somebody types it: anything, within reason, that the audit trail can hold.
    static var accountName: FieldRule {
        FieldRule(shape: .accountName(credentialBytes)) { text throws(Violation) in
            guard !text.utf8.contains(0) else { throw Violation(message: "must not contain a NUL character") }
            return try credential.check(text)
        }
    }

    /// Text that is only compared, never stored: anything but nothing, within reason.
    static var credential: FieldRule {
        let bytes = credentialBytes
        return FieldRule(shape: .credential(bytes)) { text throws(Violation) in
            guard bytes.contains(text.utf8.count) else {
                throw Violation(message: "must be \(bytes.lowerBound)–\(bytes.upperBound) bytes long")
            }
            return text
        }
    }

    private static var credentialBytes: ClosedRange<Int> { 1...1024 }
}

extension FieldRule where Raw == String, Value: WireText {
    /// A type's own text form.
    static func form(_ expectation: String) -> FieldRule {
        FieldRule(shape: Value.shape) { text throws(Violation) in
            guard let value = Value(text) else { throw Violation(message: "must be \(expectation)") }
            return value
        }
    }
}

extension FieldRule where Raw == String, Value: RawRepresentable<String> {
    static func oneOf(_ values: [Value]) -> FieldRule {
        FieldRule(shape: .choice(values.map(\.rawValue))) { text throws(Violation) in
            guard let value = values.first(where: { $0.rawValue == text }) else {
                throw Violation(message: "must be \(values.map { "'\($0.rawValue)'" }.joinedAsAlternatives())")
            }
            return value
        }
    }
}

extension FieldRule where Raw == Bool, Value == Bool {
    static var flag: FieldRule {
        FieldRule(shape: ValueShape(.flag)) { value throws(Violation) in value }
    }
}

extension FieldRule where Raw == Int, Value == Int {
    static func whole(_ range: ClosedRange<Int>) -> FieldRule {
        FieldRule(shape: .whole(range)) { number throws(Violation) in
            guard range.contains(number) else {
                throw Violation(message: "must be from \(range.lowerBound) to \(range.upperBound)")
            }
            return number
        }
    }
}

extension FieldRule where Raw == String, Value == EmailAddress {
    static var email: FieldRule { .form("an email address such as ada@example.com") }
}

extension FieldRule where Raw == String, Value == Subdomain {
    /// A reserved name is refused here, so that no store need know the list.
    static var subdomain: FieldRule { subdomain(orCanary: false) }

    /// - Parameter orCanary: whether it may be a canary's.
    static func subdomain(orCanary: Bool) -> FieldRule {
        FieldRule(shape: Subdomain.shape) { text throws(Violation) in
            let form = "must be 3–50 lower-case letters, digits and inner hyphens"
            guard let value = Subdomain(text) else { throw Violation(message: form) }
            guard !value.isReserved || (orCanary && value.isCanary) else {
                throw Violation(message: "'\(value)' is reserved; choose another name")
            }
            return value
        }
    }
}

extension Sequence<String> {
    /// `a`, `a or b`, `a, b or c`.
    func joinedAsAlternatives() -> String {
        let items = Array(self)
        guard let last = items.last, items.count > 1 else { return items.first ?? "" }
        return items.dropLast().joined(separator: ", ") + " or " + last
    }
}
