import HubModel

/// Makes inputs out of the cases of the conformance suite: joins, repeats, cuts and spoils them as a seed decides.
package struct Mutator: Sendable {
    private var random: SplitMix64
    private let corpus: [[UInt8]]
    /// Those of it that are accepted: what is refused at once tells little about what follows.
    private let sound: [[UInt8]]

    /// What parsers of HTTP have disagreed about.
    private static let tokens: [[UInt8]] =
        [
            "\r\n", "\n", "\r", "\r\r\n", "\n\r", " ", "\t", "\u{B}", "\u{C}", "\u{0}", "\u{7F}", ":", ";", ",", "\"",
            "0", "1", "+",
            "-", "0x", "chunked", "identity", "gzip", "Content-Length: ", "Transfer-Encoding: ",
            "Transfer-Encoding: chunked\r\n",
            "Content-Length: 5\r\n", "Host: globex.hub.test\r\n", "Host: acme.hub.test\r\n", "Connection: ", "close",
            "keep-alive",
            "Upgrade: h2c\r\n", "Expect: 100-continue\r\n", "GET ", "POST ", "HEAD ", "HTTP/1.1", "HTTP/1.0",
            "HTTP/0.9", "http://",
            "/", "#", "?", "@", "[", "]", "%00", "0\r\n\r\n", "5\r\nabcde\r\n", "\r\n\r\n",
            "GET /smuggled HTTP/1.1\r\nHost: globex.hub.test\r\n\r\n", " HTTP/1.1\r\n", "ffffffffffffffff",
            "18446744073709551616",
            "Hub-Tenant: x\r\n", "\u{A0}", "ſ",
        ].map { Array($0.utf8) }

    package init(seed: UInt64) {
        random = SplitMix64(seed: seed)
        // The largest ones are for the limits, which need no search.
        let cases = ConformanceCase.all.filter { $0.bytes.count < 4096 }
        corpus = cases.map(\.bytes)
        sound = cases.filter(\.keepsConnection).map(\.bytes)
    }

    /// The next input.
    package mutating func next() -> [UInt8] {
        var bytes = pick(number(4) == 0 ? corpus : sound)
        if number(4) == 0 { bytes += pick(sound) }
        for _ in 0..<number(4) { spoil(&bytes) }
        return bytes
    }

    /// Cuts an input into pieces.
    package mutating func cut(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var pieces: [ArraySlice<UInt8>] = []
        var start = 0
        let longest = number(2) == 0 ? 3 : bytes.count
        while start < bytes.count {
            let end = min(bytes.count, start + 1 + number(max(1, longest)))
            pieces.append(bytes[start..<end])
            start = end
        }
        return pieces
    }

    package mutating func delivery() -> Delivery { pick(Delivery.allCases) }

    // MARK: - Private

    private mutating func number(_ below: Int) -> Int { Int(random.next() % UInt64(below)) }

    private mutating func pick<Element>(_ elements: [Element]) -> Element { elements[number(elements.count)] }

    private mutating func spoil(_ bytes: inout [UInt8]) {
        let position = number(bytes.count + 1)
        switch number(8) {
        case 0 where position < bytes.count:
            bytes[position] = UInt8(truncatingIfNeeded: random.next())
        case 1 where position < bytes.count:
            bytes[position] ^= 1 << UInt8(number(8))
        case 2 where position < bytes.count:
            bytes.remove(at: position)
        case 3:
            let end = min(bytes.count, position + 1 + number(20))
            bytes.insert(contentsOf: bytes[position..<end], at: position)
        case 4:
            let end = min(bytes.count, position + 1 + number(20))
            bytes.removeSubrange(position..<end)
        case 5:
            let other = pick(corpus)
            let start = number(other.count)
            bytes.insert(contentsOf: other[start..<min(other.count, start + 1 + number(40))], at: position)
        default:
            bytes.insert(contentsOf: pick(Mutator.tokens), at: position)
        }
    }
}
