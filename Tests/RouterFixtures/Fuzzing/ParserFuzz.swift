import RouterApp

/// Inputs through the router's parser alone: what it accepts must not depend on how it is cut, and must be read by an
/// independent and strict reader as exactly the same requests.
package struct ParserFuzz: Sendable {
    package struct Outcome: Sendable {
        package var inputs = 0
        package var requests = 0
        package var refusals = 0
        package var complaints: [String] = []
    }

    private let seed: UInt64

    package init(seed: UInt64) {
        self.seed = seed
    }

    /// - Returns: at the first complaints, so that one can be looked at.
    package func run(inputs: Int) -> Outcome {
        var outcome = Outcome()
        var mutator = Mutator(seed: seed)
        for _ in 0..<inputs where outcome.complaints.isEmpty {
            let input = mutator.next()
            var whole = RequestReader()
            let events = ParserFuzz.joined(whole.read(input))
            var cut = RequestReader()
            let cutEvents = ParserFuzz.joined(mutator.cut(input).flatMap { cut.read($0) })
            outcome.inputs += 1
            if events != cutEvents { outcome.complaints.append("whole it is \(events), cut it is \(cutEvents)") }
            outcome.complaints += ParserFuzz.complaints(about: events, &outcome)
            if !outcome.complaints.isEmpty {
                outcome.complaints.append("the input is \(String(decoding: input, as: UTF8.self).debugDescription)")
            }
        }
        return outcome
    }

    // MARK: - Private

    /// Pieces of data that follow each other are one.
    private static func joined(_ events: [RequestReader.Event]) -> [RequestReader.Event] {
        var joined: [RequestReader.Event] = []
        for event in events {
            if case .data(let bytes) = event, case .data(let before) = joined.last {
                joined[joined.count - 1] = .data(before + bytes)
            } else {
                joined.append(event)
            }
        }
        return joined
    }

    private static func complaints(about events: [RequestReader.Event], _ outcome: inout Outcome) -> [String] {
        var complaints: [String] = []
        var wire: [UInt8] = []
        var data: [UInt8] = []
        var isChunked = false
        for event in events {
            switch event {
            case .request(let head, let inChunks):
                (wire, data, isChunked) = (head, [], inChunks)
            case .data(let bytes):
                data += bytes
                wire +=
                    isChunked ? Array("\(String(bytes.count, radix: 16))\r\n".utf8) + bytes + Array("\r\n".utf8) : bytes
            case .end:
                outcome.requests += 1
                if isChunked { wire += Array("0\r\n\r\n".utf8) }
                complaints += self.complaints(about: wire, data)
            case .refused:
                outcome.refusals += 1
            }
        }
        return complaints
    }

    private static func complaints(about wire: [UInt8], _ data: [UInt8]) -> [String] {
        do throws(WireViolation) {
            guard let request = try WireRequest.read(wire[...]) else { return ["forwarded is less than a request"] }
            if request.length != wire.count { return ["forwarded is more than a request"] }
            return request.body == data ? [] : ["forwarded is another body"]
        } catch {
            return ["\(error)"]
        }
    }
}
