package import HubWire
package import Hummingbird

/// Reads a request's query parameters and gathers everything that is wrong with them.
///
///     var query = QueryReader(request)
///     let status = query.choice("status", WorkStatus.self)
///     let page = try query.page()
package struct QueryReader {
    /// The most characters of what is searched for.
    package static let longestSearch = 200

    private var parameters: [String: String]
    private var errors: [FieldError] = []

    /// Reads `+` as a blank, as forms write it; of a parameter that is given twice, the first counts.
    ///
    /// - Parameter ignoringBlanks: whether a parameter without a value is the same as none, as forms send them.
    package init(_ request: Request, ignoringBlanks: Bool = false) {
        let pairs = (request.uri.query ?? "").split(separator: "&").map { parameter in
            let parts = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (QueryReader.decode(parts[0]), parts.count == 2 ? QueryReader.decode(parts[1]) : "")
        }
        let given = Dictionary(pairs) { first, _ in first }
        parameters = ignoringBlanks ? given.filter { !$0.value.isEmpty } : given
    }

    /// A query of these parameters.
    package init(parameters: [String: String]) {
        self.parameters = parameters
    }

    /// A parameter as it was sent; nil when it is absent.
    package subscript(name: String) -> String? {
        get { parameters[name] }
        set { parameters[name] = newValue }
    }

    /// One of the values of an enumeration; nil when the parameter is absent.
    package mutating func choice<Choice: RawRepresentable & CaseIterable>(_ name: String, _ type: Choice.Type)
        -> Choice?
    where Choice.RawValue == String {
        guard let text = parameters[name] else { return nil }
        if let value = Choice(rawValue: text) { return value }
        let values = Choice.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        errors.append(FieldError(field: name, message: "must be one of \(values)"))
        return nil
    }

    /// A value that has a text form, such as an id; nil when the parameter is absent.
    package mutating func value<Value: LosslessStringConvertible>(
        _ name: String,
        _ type: Value.Type,
        expected: String
    ) -> Value? {
        guard let text = parameters[name] else { return nil }
        if let value = Value(text) { return value }
        errors.append(FieldError(field: name, message: "must be \(expected)"))
        return nil
    }

    /// Any text; nil when the parameter is absent.
    package func text(_ name: String) -> String? { parameters[name] }

    /// A whole number; nil when the parameter is absent.
    package mutating func whole(_ name: String, in range: ClosedRange<Int>) -> Int? {
        guard let text = parameters[name] else { return nil }
        if let value = Int(text), range.contains(value) { return value }
        let message = "must be a whole number from \(range.lowerBound) to \(range.upperBound)"
        errors.append(FieldError(field: name, message: message))
        return nil
    }

    /// What to search for, without the blanks around it; nil when there is nothing to search for.
    package mutating func search(_ name: String = "search") -> String? {
        guard let text = parameters[name] else { return nil }
        var words = text[...].drop(while: \.isWhitespace)
        while words.last?.isWhitespace == true { words.removeLast() }
        guard !words.isEmpty else { return nil }
        let longest = QueryReader.longestSearch
        if words.count <= longest, !words.unicodeScalars.contains("\0") { return String(words) }
        errors.append(FieldError(field: name, message: "must have at most \(longest) characters, without NUL"))
        return nil
    }

    /// The part of the list that is asked for; to be read last.
    ///
    /// - Throws: `InvalidRequest` with everything that was wrong with any parameter.
    package func page() throws(InvalidRequest) -> PageRequest {
        do throws(InvalidRequest) {
            let page = try PageRequest(limit: parameters["limit"], offset: parameters["offset"])
            try finish()
            return page
        } catch {
            throw error.errors == errors ? error : InvalidRequest(errors: errors + error.errors)
        }
    }

    /// To be read last, where no part of a list is asked for.
    ///
    /// - Throws: `InvalidRequest` with everything that was wrong with any parameter.
    package func finish() throws(InvalidRequest) {
        guard errors.isEmpty else { throw InvalidRequest(errors: errors) }
    }

    /// The query of a request without some parameters, still percent-encoded.
    package static func others(than names: Set<String>, in request: Request) -> String {
        (request.uri.query ?? "").split(separator: "&").filter { parameter in
            !names.contains(String(parameter.prefix { $0 != "=" }))
        }.joined(separator: "&")
    }

    // MARK: - Private

    private static func decode(_ text: Substring) -> String {
        PercentEncoding.decode(text.utf8, plusIsBlank: true)
    }
}
