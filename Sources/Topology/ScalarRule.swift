import HubModel

/// What a scalar of the file must be, and how it is read.
struct ScalarRule<Value> {
    /// Completes "expected …".
    let expectation: String
    let read: (String) -> Value?

    /// One or more of the same, with commas between.
    var several: ScalarRule<[Value]> {
        ScalarRule<[Value]>(expectation: expectation) { text in
            let items = text.split(separator: ",", omittingEmptySubsequences: false)
            let values = items.compactMap { read(String($0.drop { $0 == " " })) }
            return values.count == items.count ? values : nil
        }
    }
}

extension ScalarRule where Value: LosslessStringConvertible {
    static func form(_ expectation: String) -> ScalarRule { ScalarRule(expectation: expectation, read: Value.init) }
}

extension ScalarRule where Value == String {
    static func text(_ expectation: String) -> ScalarRule {
        ScalarRule(expectation: expectation) { $0.isEmpty ? nil : $0 }
    }

    /// Lower-case DNS labels (RFC 1035 section 2.3.1), short enough for a subdomain of 50 bytes before them, and not an
    /// address: the last label is not all digits (RFC 3696 section 2).
    static var domain: ScalarRule {
        ScalarRule(expectation: "a lower-case domain name of at most 200 bytes such as hub.example.com") { text in
            let labels = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            let isDigit: (UInt8) -> Bool = { (0x30...0x39).contains($0) }
            let isValid = labels.allSatisfy { label in
                (1...63).contains(label.count) && label.first != 0x2D && label.last != 0x2D
                    && label.allSatisfy { (0x61...0x7A).contains($0) || isDigit($0) || $0 == 0x2D }
            }
            guard isValid, text.utf8.count <= 200, let last = labels.last, !last.allSatisfy(isDigit) else { return nil }
            return text
        }
    }

    /// A name that needs no quotes in SQL.
    static var database: ScalarRule {
        ScalarRule(expectation: "a database name of 1–63 lower-case letters, digits and underscores") { text in
            let isValid = text.utf8.allSatisfy { byte in
                (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x5F
            }
            guard isValid, (1...63).contains(text.utf8.count), let first = text.utf8.first,
                !(0x30...0x39).contains(first)
            else { return nil }
            return text
        }
    }
}

extension ScalarRule where Value == Int {
    static func whole(_ range: ClosedRange<Int>) -> ScalarRule {
        ScalarRule(expectation: "a whole number from \(range.lowerBound) to \(range.upperBound)") { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }
}

extension ScalarRule where Value: CaseIterable & RawRepresentable<String> {
    static var anyCase: ScalarRule {
        ScalarRule(expectation: Value.allCases.map(\.rawValue).joinedAsAlternatives(), read: Value.init(rawValue:))
    }
}

extension ScalarRule where Value: LosslessStringConvertible & Equatable {
    /// The name of something that the file defines elsewhere.
    static func name(ofOneOf kind: String, _ names: [Value]) -> ScalarRule {
        ScalarRule(expectation: "one of the \(kind) \(names.map(\.description).joinedAsAlternatives())") { text in
            Value(text).flatMap { names.contains($0) ? $0 : nil }
        }
    }
}

extension ScalarRule where Value == Endpoint {
    /// `host:port`, or `host:+n` for port `base + n`.
    static func endpoint(portBase: Int?) -> ScalarRule {
        ScalarRule(expectation: "an endpoint such as 127.0.0.1:5432") { text in
            guard let (host, port) = Endpoint.split(text), port.first == "+" else { return Endpoint(text) }
            guard let portBase, let offset = Int(port.dropFirst()), offset >= 0 else { return nil }
            return (1...65535).contains(portBase + offset) ? Endpoint(host: host, port: portBase + offset) : nil
        }
    }
}

extension ScalarRule where Value == Endpoint? {
    /// The same, or an empty text for none.
    static func endpointIfAny(portBase: Int?) -> ScalarRule {
        let rule = ScalarRule<Endpoint>.endpoint(portBase: portBase)
        return ScalarRule(expectation: "\(rule.expectation), or '' for none") { text in
            text.isEmpty ? .some(nil) : rule.read(text).map { .some($0) }
        }
    }
}

extension ScalarRule where Value == PublicURL {
    /// `http://{host}:port`, or `http://{host}:+n` for port `base + n`.
    static func publicURL(portBase: Int?) -> ScalarRule {
        ScalarRule(expectation: "a URL of the form http://{host}:8080 or https://{host}") { text in
            guard let colon = text.lastIndex(of: ":"), text[colon...].hasPrefix(":+") else { return PublicURL(text) }
            guard let portBase, let offset = Int(text[colon...].dropFirst(2)), offset >= 0 else { return nil }
            return PublicURL("\(text[...colon])\(portBase + offset)")
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
