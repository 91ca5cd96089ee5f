/// What a text, a number or a flag of the API is like, as far as JSON Schema can tell it.
package struct ValueShape: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// - Parameters:
        ///   - lengths: in Unicode code points.
        ///   - pattern: of ECMA-262, for the whole text.
        ///   - format: of JSON Schema, such as `uuid`.
        case text(lengths: ClosedRange<Int>? = nil, pattern: String? = nil, format: String? = nil)
        case choice([String])
        case whole(ClosedRange<Int>)
        /// True or false.
        case flag
    }

    package let kind: Kind
    /// What no schema can say.
    package let note: String?

    package init(_ kind: Kind, note: String? = nil) {
        self.kind = kind
        self.note = note
    }
}

extension ValueShape {
    static func line(_ lengths: ClosedRange<Int>) -> ValueShape {
        // Somewhere a character that is no blank; nowhere a control character.
        let pattern = #"^[^\u0000-\u001F\u007F]*[^\s\u0000-\u001F\u007F][^\u0000-\u001F\u007F]*$"#
        return ValueShape(.text(lengths: lengths, pattern: pattern), note: "One line of text, not blank.")
    }

    static func prose(_ longest: Int) -> ValueShape {
        ValueShape(.text(lengths: 0...longest, pattern: #"^[^\u0000]*$"#))
    }

    static func password(fewestCharacters: Int, mostBytes: Int) -> ValueShape {
        ValueShape(
            .text(lengths: fewestCharacters...mostBytes, pattern: #"^[^\u0000]*$"#, format: "password"),
            note: "At most \(mostBytes) bytes in UTF-8."
        )
    }

    static func accountName(_ bytes: ClosedRange<Int>) -> ValueShape {
        ValueShape(
            .text(lengths: bytes, pattern: #"^[^\u0000]*$"#),
            note: "At most \(bytes.upperBound) bytes in UTF-8."
        )
    }

    static func credential(_ bytes: ClosedRange<Int>) -> ValueShape {
        ValueShape(.text(lengths: bytes), note: "At most \(bytes.upperBound) bytes in UTF-8.")
    }

    package static func choice(_ values: [String]) -> ValueShape { ValueShape(.choice(values)) }

    package static func whole(_ range: ClosedRange<Int>) -> ValueShape { ValueShape(.whole(range)) }
}
