import NIOCore

/// A `traceparent` (W3C Trace Context, level 1) begun by the router.
struct TraceContext {
    let traceHigh: UInt64
    let traceLow: UInt64
    let parent: UInt64

    func write(to writer: inout HeadWriter) {
        writer.write("00-")
        writer.write(hexadecimal: traceHigh)
        writer.write(hexadecimal: traceLow)
        writer.write(UInt8(ascii: "-"))
        writer.write(hexadecimal: parent)
        writer.write("-00")
    }

    /// Whether the request carries exactly one trace position that can be passed on.
    static func isPresent(in head: RequestHead) -> Bool {
        let span = head.bytes.readableBytesSpan
        var count = 0
        var isSound = true
        for field in head.fields where field.kind == .traceparent {
            count += 1
            isSound = isSound && TraceContext.isSound(field.value, in: span)
        }
        return count == 1 && isSound
    }

    // MARK: - Private

    /// `00-<32 hex>-<16 hex>-<2 hex>`, lower case, neither id all zeros.
    private static func isSound(_ value: Range<Int>, in span: RawSpan) -> Bool {
        guard value.count == 55 else { return false }
        let start = value.lowerBound
        var idsNotZero = (trace: false, parent: false)
        for offset in 0..<55 {
            let byte = span[start + offset]
            if offset == 2 || offset == 35 || offset == 52 {
                guard byte == 0x2D else { return false }
                continue
            }
            guard ASCII.isDigit(byte) || (0x61...0x66).contains(byte) else { return false }
            if offset < 2, byte != 0x30 { return false }
            if (3..<35).contains(offset), byte != 0x30 { idsNotZero.trace = true }
            if (36..<52).contains(offset), byte != 0x30 { idsNotZero.parent = true }
        }
        return idsNotZero.trace && idsNotZero.parent
    }
}
