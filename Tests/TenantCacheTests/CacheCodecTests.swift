import FoundationEssentials
import HubModel
import Testing

@testable import TenantCache

@Suite("The binary form of cached items")
struct CacheCodecTests {
    /// One of everything that an item may be made of.
    struct Record: Equatable {
        var id: ProjectID
        var name: String
        var note: String?
        var moment: Timestamp
        var isOpen: Bool
        var count: Int32
        var tags: [String]

        func encode(to encoder: inout CacheEncoder) {
            encoder.encode(id)
            encoder.encode(name)
            encoder.encode(note) { $0.encode($1) }
            encoder.encode(moment)
            encoder.encode(isOpen)
            encoder.encode(count)
            encoder.encode(tags) { $0.encode($1) }
        }

        static func decode(_ decoder: inout CacheDecoder) throws(CacheDecoder.Malformed) -> Record {
            Record(
                id: try decoder.decode(),
                name: try decoder.decode(),
                note: try decoder.decodeOptional { (decoder) throws(CacheDecoder.Malformed) in try decoder.decode() },
                moment: try decoder.decode(),
                isOpen: try decoder.decode(),
                count: try decoder.decode(),
                tags: try decoder.decodeArray { (decoder) throws(CacheDecoder.Malformed) in try decoder.decode() }
            )
        }

        static let samples = [
            Record(
                id: ProjectID(.numbered(1)),
                name: "Straße 🚲",
                note: nil,
                moment: Timestamp(microseconds: .min),
                isOpen: true,
                count: -2,
                tags: []
            ),
            Record(
                id: ProjectID(.numbered(255)),
                name: "",
                note: "a\u{0}b",
                moment: Timestamp(microseconds: 1_766_412_000_000_001),
                isOpen: false,
                count: .max,
                tags: ["", "one", "two"]
            ),
        ]
    }

    private func encoded(_ records: [Record]) -> [UInt8] {
        var encoder = CacheEncoder(version: 3)
        encoder.encode(records) { $1.encode(to: &$0) }
        return encoder.bytes
    }

    private func decoded(_ bytes: [UInt8], version: UInt8 = 3) -> [Record]? {
        CacheDecoder.decode(bytes, version: version) { (decoder) throws(CacheDecoder.Malformed) in
            try decoder.decodeArray(Record.decode)
        }
    }

    @Test("What is encoded is decoded the same")
    func roundTrip() {
        for records in [[], [Record.samples[0]], Record.samples, Record.samples + Record.samples] {
            #expect(decoded(encoded(records)) == records)
        }
    }

    @Test("The bytes are little-endian, with lengths in front and flags before what may be absent")
    func bytes() {
        var encoder = CacheEncoder(version: 9, capacity: 100)
        encoder.encode(UInt16(0x0102))
        encoder.encode("é")
        encoder.encode(nil as UInt8?) { $0.encode($1) }
        encoder.encode(5 as UInt8?) { $0.encode($1) }
        encoder.encode([true, false]) { $0.encode($1) }
        #expect(encoder.bytes == [9, 2, 1, 2, 0, 0, 0, 0xC3, 0xA9, 0, 1, 5, 2, 0, 0, 0, 1, 0])
    }

    @Test("Another version is not read")
    func versions() {
        #expect(decoded(encoded(Record.samples), version: 4) == nil)
        #expect(decoded([]) == nil)
    }

    @Test("Bytes cut short anywhere, or with more behind them, are malformed")
    func truncations() {
        let bytes = encoded(Record.samples)
        for length in bytes.indices { #expect(decoded(Array(bytes.prefix(length))) == nil, "\(length)") }
        #expect(decoded(bytes + [0]) == nil)
    }

    @Test("Text that is not UTF-8, and a flag that is neither 0 nor 1, are malformed")
    func contents() {
        func text(_ bytes: [UInt8]) -> String? {
            CacheDecoder.decode([1] + bytes, version: 1) { (decoder) throws(CacheDecoder.Malformed) in
                try decoder.decode(String.self)
            }
        }
        #expect(text([1, 0, 0, 0, 0x41]) == "A")
        for bytes: [UInt8] in [[0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80]] {
            #expect(text([UInt8(bytes.count), 0, 0, 0] + bytes) == nil)
        }
        for flag in 0 ... .max as ClosedRange<UInt8> {
            let value = CacheDecoder.decode([1, flag], version: 1) { (decoder) throws(CacheDecoder.Malformed) in
                try decoder.decode(Bool.self)
            }
            #expect(value == (flag < 2 ? flag == 1 : nil))
        }
    }

    @Test("No bytes whatever do more than be malformed, or be what the encoder writes for what they say")
    func fuzz() {
        var random = SplitMix64(seed: 11)
        let valid = encoded(Record.samples)
        var accepted = 0
        for round in 0..<30_000 {
            var bytes: [UInt8]
            if round % 3 == 0 {
                bytes =
                    [3]
                    + (0..<Int.random(in: 0...80, using: &random)).map { _ in .random(in: 0 ... .max, using: &random) }
            } else {
                bytes = valid
                for _ in 0..<Int.random(in: 1...3, using: &random) {
                    bytes[Int.random(in: bytes.indices, using: &random)] = .random(in: 0 ... .max, using: &random)
                }
                bytes.removeLast(round % 3 == 1 ? 0 : Int.random(in: 0..<bytes.count, using: &random))
            }
            if let records = decoded(bytes) {
                accepted += 1
                #expect(encoded(records) == bytes)
            }
        }
        #expect(accepted > 100)
    }

    @Test("A length that claims more than there is costs no memory")
    func lengths() {
        #expect(decoded([3, 0xFF, 0xFF, 0xFF, 0xFF]) == nil)
        #expect(decoded([3, 0xFF, 0xFF, 0xFF, 0x7F] + [UInt8](repeating: 0, count: 1000)) == nil)
    }
}
