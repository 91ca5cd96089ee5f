package import HubModel

/// A value that travels as text of a form of its own.
package protocol WireText: LosslessStringConvertible {
    static var shape: ValueShape { get }
    /// A text of that form.
    static var example: String { get }
}

extension Identifier: WireText {
    package static var shape: ValueShape { ValueShape(.text(format: "uuid")) }
    package static var example: String { "01945c0e-7c00-7000-8000-000000000001" }
}

extension Timestamp: WireText {
    package static var shape: ValueShape { ValueShape(.text(format: "date-time")) }
    package static var example: String { "2025-12-22T14:30:00Z" }
}

extension EmailAddress: WireText {
    package static var shape: ValueShape { ValueShape(.text(lengths: 3...maximumLength, format: "email")) }
    package static var example: String { "ada@example.com" }
}

extension Subdomain: WireText {
    package static var shape: ValueShape {
        ValueShape(
            .text(lengths: allowedLengths, pattern: "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$"),
            note: "Some names are reserved, and so are those with hyphens in the third and fourth place."
        )
    }
    package static var example: String { "acme" }
}

extension Name: WireText {
    package static var shape: ValueShape {
        ValueShape(.text(lengths: allowedLengths, pattern: "^[a-z]([a-z0-9-]*[a-z0-9])?$"))
    }
    package static var example: String { "us" }
}
