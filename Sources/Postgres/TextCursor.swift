/// A place in the text form of a value, moved on by what is read there.
struct TextCursor {
    /// The next byte to read.
    var position = 0

    /// Reads one character if it is the next.
    mutating func skip(_ character: Unicode.Scalar, in text: Span<UInt8>) -> Bool {
        guard position < text.count, text[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    /// Reads up to nine digits.
    mutating func number(in text: Span<UInt8>) -> Int64? {
        let start = position
        var value: Int64 = 0
        while position < text.count, position - start < 9 {
            let byte = text[position]
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { break }
            value = value * 10 + Int64(byte - UInt8(ascii: "0"))
            position += 1
        }
        return position > start ? value : nil
    }

    /// Reads the digits of a fraction, as if there were as many of them as places.
    mutating func fraction(places: Int, in text: Span<UInt8>) -> Int64? {
        let start = position
        guard var value = number(in: text) else { return nil }
        let count = position - start
        guard count <= places else { return nil }
        for _ in count..<places { value *= 10 }
        return value
    }

    /// Reads `+02`, `-03:30` or `+01:02:03`, in seconds.
    mutating func zone(in text: Span<UInt8>) -> Int64? {
        let sign: Int64
        if skip("+", in: text) {
            sign = 1
        } else if skip("-", in: text) {
            sign = -1
        } else {
            return nil
        }
        var seconds: Int64 = 0
        var unit: Int64 = 3600
        repeat {
            guard let value = number(in: text) else { return nil }
            seconds += value * unit
            unit /= 60
        } while unit > 0 && skip(":", in: text)
        return sign * seconds
    }
}
