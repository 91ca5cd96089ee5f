import RouterApp
import Synchronization

/// Inputs through a whole router, each over a connection of its own and followed by a request whose answer is known.
package struct PathFuzz: Sendable {
    package struct Outcome: Sendable {
        package var inputs = 0
        package var forwarded = 0
        package var complaints: [String] = []
    }

    /// One input on its way.
    private struct Job: Sendable {
        let number: Int
        let input: [UInt8]
        let delivery: Delivery
    }

    private final class Exchanges: Sendable {
        private let state = Mutex<[Exchange]>([])

        var all: [Exchange] { state.withLock { $0 } }

        func add(_ exchange: Exchange) { state.withLock { $0.append(exchange) } }
    }

    /// What one client sent and got.
    private struct Exchange: Sendable {
        let number: Int
        let input: [UInt8]
        let answers: [UInt8]

        var sent: [UInt8] { input + ConformanceLab.canary(number).utf8 }
    }

    private let seed: UInt64
    private let reference: HaproxyReference?

    /// Clients at once.
    private static let clients = 16
    /// Inputs to one router.
    private static let round = 500

    /// - Parameter reference: what this refuses, the router must refuse too; nil for none.
    package init(seed: UInt64, reference: HaproxyReference? = nil) {
        self.seed = seed
        self.reference = reference
    }

    /// - Returns: at the first round with complaints.
    package func run(inputs: Int, progress: @escaping @Sendable (Int) -> Void = { _ in }) async throws -> Outcome {
        var outcome = Outcome()
        var mutator = Mutator(seed: seed)
        while outcome.inputs < inputs, outcome.complaints.isEmpty {
            let first = outcome.inputs
            let jobs = (0..<min(PathFuzz.round, inputs - first)).map { offset in
                Job(number: first + offset, input: mutator.next(), delivery: mutator.delivery())
            }
            let exchanges = Exchanges()
            let record = try await ConformanceLab.with {
                $0.headTimeout = .milliseconds(300)
                $0.keepAliveTimeout = .milliseconds(300)
                $0.stallTimeout = .milliseconds(300)
                $0.lingerTimeout = .milliseconds(300)
            } _: { lab in
                try await withThrowingTaskGroup(of: Void.self) { tasks in
                    for (index, job) in jobs.enumerated() {
                        if index >= PathFuzz.clients { try await tasks.next() }
                        tasks.addTask {
                            let sent = Exchange(number: job.number, input: job.input, answers: []).sent
                            let answers = try await lab.exchange(sent, job.delivery)
                            exchanges.add(Exchange(number: job.number, input: job.input, answers: answers))
                        }
                    }
                    try await tasks.waitForAll()
                }
            }
            outcome.inputs += jobs.count
            outcome.forwarded += record.received.values.reduce(0) { $0 + $1.count }
            outcome.complaints += record.contradictions()
            for exchange in exchanges.all {
                outcome.complaints += try await complaints(about: exchange, record).map {
                    "\($0); the input was \(String(decoding: exchange.input, as: UTF8.self).debugDescription)"
                }
            }
            progress(outcome.inputs)
        }
        return outcome
    }

    // MARK: - Private

    private func complaints(about exchange: Exchange, _ record: ConformanceLab.Record) async throws -> [String] {
        let logged = record.linesByID
        var complaints: [String] = []
        var forwarded = 0
        do throws(WireViolation) {
            for response in try WireResponse.readAll(exchange.answers, isHead: { logged[$0]?.method == "HEAD" }) {
                guard let line = logged[response.requestID] else {
                    complaints.append("an answer has the id \(response.requestID), which is not in the log")
                    continue
                }
                if line.status != response.status {
                    complaints.append("answered \(response.status), logged \(line.status)")
                }
                guard response.status == 200 else { continue }
                let isCanary = line.path?.hasPrefix("/canary-") == true
                if isCanary, line.path != "/canary-\(exchange.number)" {
                    complaints.append("the answer to \(line.path ?? "") reached client \(exchange.number)")
                }
                forwarded += 1
                guard line.method != "HEAD" else { continue }
                if Echo(response.text)?.requestID != response.requestID {
                    complaints.append("the answer to \(response.requestID) is \(response.text)")
                }
            }
        } catch {
            complaints.append("\(error)")
        }
        if let reference, forwarded > 0, let most = try await reference.mostRequests(in: exchange.sent),
            forwarded > most
        {
            complaints.append("haproxy refuses after \(most) requests, the router forwarded \(forwarded)")
        }
        return complaints
    }
}

extension ConformanceLab.Record {
    fileprivate var linesByID: [String: AccessLines.Line] {
        Dictionary(lines.map { ($0.request_id, $0) }) { first, _ in first }
    }
}
