/// Reading HTTP text: every access is checked against the bounds, in release builds too.
extension RawSpan {
    /// The byte at `offset`; traps outside the span.
    subscript(offset: Int) -> UInt8 {
        unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }

    /// The offset of the first line feed at or after `start`, looking at eight bytes at a time.
    func firstLineFeed(from start: Int) -> Int? {
        var offset = start
        while byteCount - offset >= 8 {
            let word = unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self) ^ 0x0A0A_0A0A_0A0A_0A0A
            // The classic test for a zero byte (Mycroft 1987).
            if (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080 != 0 { break }
            offset += 8
        }
        while offset < byteCount {
            if self[offset] == ASCII.lineFeed { return offset }
            offset += 1
        }
        return nil
    }

    /// Whether the range holds only what RFC 9110 section 5.5 allows in a field value: visible bytes, blanks, obs-text.
    func isFieldValue(_ range: Range<Int>) -> Bool {
        var offset = range.lowerBound
        while range.upperBound - offset >= 8 {
            let word = unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
            let controls = (word &- 0x2020_2020_2020_2020) & ~word & 0x8080_8080_8080_8080
            let flipped = word ^ 0x7F7F_7F7F_7F7F_7F7F
            let deletes = (flipped &- 0x0101_0101_0101_0101) & ~flipped & 0x8080_8080_8080_8080
            if controls | deletes != 0 { break }
            offset += 8
        }
        while offset < range.upperBound {
            let byte = self[offset]
            guard byte >= 0x20 && byte != 0x7F || byte == ASCII.tab else { return false }
            offset += 1
        }
        return true
    }

    /// Whether the range holds at least one byte and only token bytes (RFC 9110 section 5.6.2).
    func isToken(_ range: Range<Int>) -> Bool {
        guard !range.isEmpty else { return false }
        for offset in range where !ASCII.isToken(self[offset]) { return false }
        return true
    }

    /// Whether the range holds at least one byte and only visible ASCII: no blank, no control, nothing above 0x7E.
    func isVisible(_ range: Range<Int>) -> Bool {
        guard !range.isEmpty else { return false }
        for offset in range where !(0x21...0x7E).contains(self[offset]) { return false }
        return true
    }

    /// Whether the range equals `text`.
    func equals(_ range: Range<Int>, _ text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { wanted in
            for index in wanted.indices where self[range.lowerBound + index] != wanted[index] { return false }
            return true
        }
    }

    /// Whether the range equals `text`, which is lower-case ASCII, in any case.
    func equals(_ range: Range<Int>, ignoringCase text: StaticString) -> Bool {
        range.count == text.utf8CodeUnitCount && hasPrefix(range, ignoringCase: text)
    }

    /// Whether the range begins with `text`, which is lower-case ASCII, in any case.
    func hasPrefix(_ range: Range<Int>, ignoringCase text: StaticString) -> Bool {
        guard range.count >= text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { wanted in
            for index in wanted.indices where ASCII.lowercased(self[range.lowerBound + index]) != wanted[index] {
                return false
            }
            return true
        }
    }

    /// Whether both ranges hold the same text in any case.
    func equals(_ left: Range<Int>, ignoringCase right: Range<Int>) -> Bool {
        guard left.count == right.count else { return false }
        for offset in 0..<left.count
        where ASCII.lowercased(self[left.lowerBound + offset]) != ASCII.lowercased(self[right.lowerBound + offset]) {
            return false
        }
        return true
    }

    /// The range without blanks and tabs at its ends.
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var start = range.lowerBound
        var end = range.upperBound
        while start < end, ASCII.isBlank(self[start]) { start += 1 }
        while end > start, ASCII.isBlank(self[end - 1]) { end -= 1 }
        return start..<end
    }

    /// Calls `body` with each trimmed element of a comma-separated list; empty elements are left out.
    func forEachElement<Failure: Error>(
        of range: Range<Int>,
        _ body: (Range<Int>) throws(Failure) -> Void
    ) throws(Failure) {
        var start = range.lowerBound
        for offset in range.lowerBound...range.upperBound
        where offset == range.upperBound || self[offset] == ASCII.comma {
            let element = trimmed(start..<offset)
            if !element.isEmpty { try body(element) }
            start = offset + 1
        }
    }

    /// The decimal number in the range, or nil for anything but 1–18 digits.
    func decimal(_ range: Range<Int>) -> Int? {
        guard (1...18).contains(range.count) else { return nil }
        var value = 0
        for offset in range {
            guard ASCII.isDigit(self[offset]) else { return nil }
            value = value * 10 + Int(self[offset] - 0x30)
        }
        return value
    }

    func text(_ range: Range<Int>) -> String {
        extracting(range).withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }
}
