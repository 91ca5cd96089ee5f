/// What an `Idempotency-Key` is like: visible ASCII.
package enum IdempotencyKeyForm {
    package static let lengths = 1...255

    package static var shape: ValueShape { ValueShape(.text(lengths: lengths, pattern: "^[!-~]+$")) }

    package static func accepts(_ text: String) -> Bool {
        lengths.contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}
