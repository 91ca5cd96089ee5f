/// The position of a request in a distributed trace (W3C Trace Context, `traceparent`, version 00).
package struct TraceParent: Hashable, Sendable {
    /// 32 lower-case hexadecimal digits.
    package let traceID: String

    /// Nil for anything but a well-formed field.
    package init?(_ field: String?) {
        guard let parts = field?.split(separator: "-", omittingEmptySubsequences: false), parts.count >= 4 else {
            return nil
        }
        let isHex: (Substring) -> Bool = { part in
            part.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        }
        guard
            parts[0].utf8.count == 2, parts[1].utf8.count == 32, parts[2].utf8.count == 16, parts[3].utf8.count == 2,
            parts.prefix(4).allSatisfy(isHex), parts[1].contains(where: { $0 != "0" })
        else { return nil }
        traceID = String(parts[1])
    }
}
