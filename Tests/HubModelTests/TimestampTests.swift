import FoundationEssentials
import HubModel
import Testing

@Suite("Timestamps")
struct TimestampTests {
    @Test(
        "Moments are written in UTC with as many fraction digits as they need",
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (1_766_413_800_000_000, "2025-12-22T14:30:00Z"),
            (1_766_413_800_120_000, "2025-12-22T14:30:00.120Z"), (1_766_413_800_000_001, "2025-12-22T14:30:00.000001Z"),
            (-1, "1969-12-31T23:59:59.999999Z"), (951_782_400_000_000, "2000-02-29T00:00:00Z"),
        ] as [(Int64, String)]
    )
    func description(microseconds: Int64, text: String) {
        #expect(Timestamp(microseconds: microseconds).description == text)
        #expect(Timestamp(text)?.microseconds == microseconds)
    }

    @Test(
        "Other forms of the same moment are read",
        arguments: [
            "2025-12-22T14:30:00+00:00", "2025-12-22T16:30:00+02:00", "2025-12-22T09:00:00-05:30",
            "2025-12-22t14:30:00z",
            "2025-12-22 14:30:00Z", "2025-12-22T14:30:00.0Z", "2025-12-22T14:30:00.000000999Z", "2025-12-22T14:29:60Z",
        ]
    )
    func forms(text: String) {
        #expect(Timestamp(text)?.microseconds == 1_766_413_800_000_000)
    }

    @Test(
        "What RFC 3339 does not allow is refused",
        arguments: [
            "", "2025-12-22", "2025-12-22T14:30:00", "2025-12-22T14:30Z", "2025-02-29T00:00:00Z",
            "2025-12-22T24:00:00Z",
            "2025-12-22T14:60:00Z", "2025-12-22T14:30:61Z", "2025-12-22T14:30:00.Z", "2025-12-22T14:30:00+2:00",
            "2025-12-22T14:30:00+24:00", "2025-12-22T14:30:00Z ", " 2025-12-22T14:30:00Z",
            "2025-12-22T14:30:00.0000000000Z",
            "25-12-22T14:30:00Z", "+2025-12-22T14:30:00Z", "２025-12-22T14:30:00Z",
        ]
    )
    func refused(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test("The first and the last moment that can be written are read, and none beyond them")
    func limits() {
        for text in ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"] {
            #expect(Timestamp(text)?.description == text)
        }
        for text in [
            "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+00:01", "0000-12-31T23:59:59Z", "9999-12-31T23:59:60Z",
            "9999-12-31T23:59:59-00:01",
        ] {
            #expect(Timestamp(text) == nil, "\(text)")
        }
        #expect(Timestamp("0000-12-31T23:00:00-01:00")?.description == "0001-01-01T00:00:00Z")
    }

    @Test("Ten thousand random moments of ten millennia are read back from their text")
    func roundTrip() {
        var generator = SystemRandomNumberGenerator()
        let range = Timestamp("0001-01-01T00:00:00Z")!.microseconds...Timestamp("9999-12-31T23:59:59Z")!.microseconds
        for _ in 0..<10_000 {
            let moment = Timestamp(microseconds: .random(in: range, using: &generator))
            guard Timestamp(moment.description) == moment else {
                Issue.record("\(moment.microseconds) became \(moment.description)")
                return
            }
        }
    }

    @Test("The text agrees with Foundation's own formatter since 1622, where its calendar is Gregorian too")
    func peer() throws {
        let style = Date.ISO8601FormatStyle()
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<1000 {
            let seconds = Int64.random(in: -11_000_000_000...30_000_000_000, using: &generator)
            let date = Date(timeIntervalSince1970: Double(seconds))
            #expect(Timestamp(microseconds: seconds * 1_000_000).description == date.formatted(style))
        }
    }

    @Test("Durations are added and differences taken to the microsecond")
    func arithmetic() {
        let start = Timestamp(microseconds: 1_000_000)
        #expect((start + .milliseconds(1500)).microseconds == 2_500_000)
        #expect((start + .seconds(-2)).microseconds == -1_000_000)
        #expect(start + .microseconds(7) - start == .microseconds(7))
    }

    @Test("JSON carries the text, and a bad one is told with an example")
    func json() throws {
        let moment = Timestamp(microseconds: 1_766_413_800_000_000)
        let encoded = try JSONEncoder().encode([moment])
        #expect(String(decoding: encoded, as: UTF8.self) == "[\"2025-12-22T14:30:00Z\"]")
        #expect(try JSONDecoder().decode([Timestamp].self, from: encoded) == [moment])
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([Timestamp].self, from: Data("[\"now\"]".utf8)) }
    }
}
