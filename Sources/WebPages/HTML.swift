/// Markup that is ready to send: whatever text is interpolated into it has been escaped, for elements and for quoted
/// attributes alike.
///
///     let row: HTML = "<td title=\"\(project.name)\">\(project.name)</td>"
///
/// Attribute values must be quoted in the literal; nothing may be interpolated into scripts, styles or tag names.
package struct HTML: Sendable, Hashable {
    package private(set) var markup: String

    private init(markup: String) {
        self.markup = markup
    }

    /// The text, escaped.
    package init(_ text: some StringProtocol) {
        markup = ""
        HTML.escape(text, into: &markup)
    }

    package static let empty = HTML(markup: "")

    package static func + (left: HTML, right: HTML) -> HTML { HTML(markup: left.markup + right.markup) }

    // MARK: - Private

    private static func escape(_ text: some StringProtocol, into markup: inout String) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": markup += "&amp;"
            case "<": markup += "&lt;"
            case ">": markup += "&gt;"
            case "\"": markup += "&quot;"
            case "'": markup += "&#39;"
            case "\0": markup += "\u{FFFD}"
            default: markup.unicodeScalars.append(scalar)
            }
        }
    }
}

extension HTML: ExpressibleByStringInterpolation {
    package init(stringLiteral value: String) {
        markup = value
    }

    package init(stringInterpolation: StringInterpolation) {
        markup = stringInterpolation.markup
    }

    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var markup = ""

        package init(literalCapacity: Int, interpolationCount: Int) {
            markup.reserveCapacity(literalCapacity + interpolationCount * 32)
        }

        package mutating func appendLiteral(_ literal: String) {
            markup += literal
        }

        package mutating func appendInterpolation(_ text: some StringProtocol) {
            HTML.escape(text, into: &markup)
        }

        package mutating func appendInterpolation(_ number: Int) {
            markup += String(number)
        }

        package mutating func appendInterpolation(_ part: HTML) {
            markup += part.markup
        }

        package mutating func appendInterpolation(_ parts: [HTML]) {
            for part in parts { markup += part.markup }
        }

        /// Nothing when the part is absent.
        package mutating func appendInterpolation(_ part: HTML?) {
            if let part { markup += part.markup }
        }
    }
}
