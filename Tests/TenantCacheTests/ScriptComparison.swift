import Caching
import HubModel
import Redis

@testable import TenantCache

/// A Redis and a model that are told the same, step by step, and must say and hold the same.
///
/// The time of fences is the test's: it is handed to the scripts instead of that of Redis. Values and leases live so long
/// that none ends by itself; what an end of life or an eviction does is a step of its own.
struct ScriptComparison {
    /// What a step met, as far as the steps should meet it often.
    enum Kind: Hashable, CaseIterable {
        case foreign, values, leased, leasedByAnother, fenced, doubtful, mixed, filled, notFilled, unfencedAll,
            unfencedSome
    }

    private let fixture: CacheServerFixture
    private let timing = CacheTiming(fillLease: .seconds(100_000), valueLifetime: .seconds(200_000))
    let server: CacheServer
    private var model: CacheKeyspace<CachedBytes>
    private var random: SplitMix64
    /// Beyond what a 32-bit number, and a number of 15 digits, can hold.
    private var now = MonotonicTime(microseconds: 1_766_412_000_999_990)
    private(set) var met: [Kind: Int] = [:]

    private let keys: [CacheKey] = [
        .sample(1, .ownership), .sample(1, .projects), .sample(1, .user(UserID(.numbered(1)))), .sample(2, .projects),
        .sample(1, .projects, gate: 4), .sample(1, .projects, epoch: 2),
    ]
    /// Neighbours that a double cannot tell apart, and the ends of the range.
    private let writers: [WriterID] = [
        1, 3, 748, 9_007_199_254_740_992, 9_007_199_254_740_993, .max - 1, .max,
    ].map { WriterID(rawValue: $0) }
    private let nonces = [GateNonce(high: 1, low: 2), GateNonce(high: 1, low: 3)]

    /// - Parameter scripts: those to compare with the model.
    init(_ fixture: CacheServerFixture, seed: UInt64, _ scripts: CacheScripts = CacheScripts()) throws {
        self.fixture = fixture
        var server = try CacheServerFixture.server(on: fixture.connection, timing: timing)
        server.scripts = scripts
        self.server = server
        model = CacheKeyspace()
        random = SplitMix64(seed: seed)
    }

    mutating func installSentinel() async throws {
        model.sentinel = nonces[0]
        _ = try await server.install(nonces[0])
    }

    /// - Throws: ``Discrepancy`` if Redis and the model do not say or hold the same.
    mutating func step(_ number: Int) async throws {
        // Steps that meet the very microsecond at which a fence comes into doubt are among them.
        let spans: [Duration] = [
            .zero, .zero, .zero, .microseconds(1), .milliseconds(900), .seconds(5), .seconds(10) - .microseconds(1),
            .seconds(10),
        ]
        now = now + pick(spans)
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<3: try await changeSentinel()
        case 3..<30 where model.sentinel == nil: try await changeSentinel()
        case 3..<6: try await remove()
        default: try await run(number)
        }
        try await compareContents(number)
    }

    // MARK: - Private

    private mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: values.indices, using: &random)]
    }

    private mutating func some<Value>(_ values: [Value], _ counts: ClosedRange<Int>) -> [Value] {
        Array(values.shuffled(using: &random).prefix(Int.random(in: counts, using: &random)))
    }

    private mutating func run(_ number: Int) async throws {
        let nonce = Int.random(in: 0..<20, using: &random) == 0 ? nonces[1] : model.sentinel ?? nonces[0]
        let operation: CacheCommand<CachedBytes>.Operation =
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<5: .read(some(keys, 0...3), token())
            case 5..<8: fill()
            case 8: .fence(some(keys, 1...2), pick(writers))
            default: .unfence(some(keys, 1...2), some(writers, 0...writers.count))
            }
        let command = CacheCommand(nonce: nonce, operation)
        count(operation, before: model)
        let expected = model.run(command, timing: timing, now: now)
        let reply = await server.run(command, now: now)
        let outcome = reply.map { "\($0.outcome)" }
        try agree(outcome == "\(expected)", number, "\(command): \(outcome ?? "nothing"), not \(expected)")
        count(expected)
    }

    private mutating func token() -> FillToken { .numbered(UInt64.random(in: 0..<3, using: &random)) }

    private mutating func fill() -> CacheCommand<CachedBytes>.Operation {
        let token = token()
        let bytes = (0..<Int.random(in: 0..<40, using: &random)).map { _ in
            UInt8.random(in: 0 ... .max, using: &random)
        }
        return .fill(some(keys, 1...4).map { ($0, CachedBytes(bytes, fill: token)) }, token)
    }

    /// The sentinel goes, or another comes.
    private mutating func changeSentinel() async throws {
        let nonce = pick([nil, nonces[0], nonces[0], nonces[1]])
        model.sentinel = nonce
        if let nonce {
            _ = try await server.install(nonce)
        } else {
            _ = try await fixture.connection.command("DEL", RedisArgument(server.namespace.sentinel))
        }
    }

    /// A value or a lease comes to its end or is evicted.
    private mutating func remove() async throws {
        let key = pick(keys)
        if case .fence = model.items[key]?.item { return }
        model.set(key, nil)
        _ = try await fixture.connection.command("DEL", RedisArgument(server.namespace.name(key)))
    }

    private func agree(_ condition: Bool, _ number: Int, _ what: @autoclosure () -> String) throws(Discrepancy) {
        if !condition { throw Discrepancy(step: number, what: what()) }
    }

    private func compareContents(_ number: Int) async throws {
        let names = keys.map { RedisArgument(server.namespace.name($0)) }
        let replies = try await fixture.connection.pipeline(names.flatMap { [["GET", $0], ["PTTL", $0]] }).replies
        for (index, key) in keys.enumerated() {
            let bytes = replies[2 * index].bytes
            let stored = bytes.map { String(decoding: $0, as: UTF8.self) }
            let remaining = replies[2 * index + 1].integer ?? 0
            let item = model.items[key]?.item
            let isSame: Bool
            switch item {
            case nil:
                isSame = stored == nil
            case .lease(let token, _):
                isSame = stored == "L\(token.hexadecimal)" && (90_000_000...100_000_000).contains(remaining)
            case .value(let value, _):
                let found = bytes.flatMap { server.seal.open($0.dropFirst(), under: server.namespace.name(key)) }
                isSame = found == value && (170_000_000...200_000_000).contains(remaining)
            case .fence(let writers):
                let texts = writers.map { "\($0.key.rawValue)@\($0.value.microseconds)" }
                let found = stored?.dropFirst().split(separator: ",").map { String($0) }.sorted()
                isSame = stored?.first == "F" && found == texts.sorted() && remaining == -1
            }
            try agree(isSame, number, "\(key): \(stored ?? "nothing") for \(remaining) ms, not \(item as Any)")
        }
    }

    // MARK: Counting

    private mutating func note(_ kind: Kind) { met[kind, default: 0] += 1 }

    private mutating func count(_ operation: CacheCommand<CachedBytes>.Operation, before: CacheKeyspace<CachedBytes>) {
        guard case .unfence(let keys, let ended) = operation else { return }
        for key in keys {
            guard case .fence(let writers) = before.items[key]?.item else { continue }
            note(Set(writers.keys).subtracting(ended).isEmpty ? .unfencedAll : .unfencedSome)
        }
    }

    private mutating func count(_ outcome: CacheReply<CachedBytes>.Outcome) {
        switch outcome {
        case .foreign: note(.foreign)
        case .filled(let number): note(number > 0 ? .filled : .notFilled)
        case .fenced, .unfenced: break
        case .readings(let readings):
            var kinds: Set<Kind> = []
            for reading in readings {
                switch reading {
                case .value: kinds.insert(.values)
                case .leased: kinds.insert(.leased)
                case .leasedByAnother: kinds.insert(.leasedByAnother)
                case .fenced(let doubtful): kinds.insert(doubtful.isEmpty ? .fenced : .doubtful)
                }
            }
            if kinds.count > 1 { note(.mixed) }
            for kind in kinds { note(kind) }
        }
    }
}

/// Redis and the model differ.
struct Discrepancy: Error {
    let step: Int
    let what: String
}
