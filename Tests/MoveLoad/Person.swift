import FoundationEssentials
import HubWire
import WebClients

/// Somebody of a tenant who asks one thing after another through the router.
package struct Person: Sendable {
    /// How fast somebody works.
    package enum Pace: Sendable {
        /// So long between an answer and the next request.
        case resting(Duration)
        /// A request each so often, as long as answers come in time.
        case every(Duration)

        /// What a person needs, and what keeps a small machine from being full.
        package static let usual = Pace.resting(.milliseconds(12))
    }

    /// Before something is tried again.
    static let patience = Duration.milliseconds(50)

    let name: String
    let tenant: TrialTenant
    let traffic: Traffic
    let pace: Pace

    /// Sends one request.
    ///
    /// - Parameters:
    ///   - expected: the statuses that are no failure.
    ///   - key: what makes it the same request when it is sent again.
    /// - Returns: nil when it failed, which is noted.
    func send(
        _ method: String,
        _ path: String,
        _ body: (any Encodable & Sendable)? = nil,
        key: String? = nil,
        expected: Set<Int>
    ) async -> WebAnswer? {
        do {
            let client = key.map { tenant.client.with(["idempotency-key": $0]) } ?? tenant.client
            let answer = try await client.send(method, path, body: try body.map { try WireJSON.encode($0) })
            guard expected.contains(answer.status) else {
                traffic.noteFailure(of: name, "\(method) \(path)", status: answer.status, answer.text)
                return nil
            }
            traffic.noteSuccess(of: name, answer.elapsed)
            return answer
        } catch {
            traffic.noteFailure(of: name, "\(method) \(path)", status: nil, "\(error)")
            return nil
        }
    }

    /// Waits until it is time for what comes next.
    ///
    /// - Parameter start: when the last thing was begun.
    func rest(since start: ContinuousClock.Instant) async {
        switch pace {
        case .resting(let time): try? await Task.sleep(for: time)
        case .every(let period): try? await Task.sleep(until: start + period)
        }
    }
}
