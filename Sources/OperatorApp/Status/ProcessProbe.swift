import FoundationEssentials
import NIOHTTP1
import Topology

/// Asks a process of the hub how it is, on its admin address.
struct ProcessProbe: Sendable {
    let limit: Duration

    /// Never throws: a process that does not answer is down, with the reason as its detail.
    func probe(_ process: TopologyProcess) async -> PartStatus {
        let endpoint = process.reachableAdmin ?? process.advertise
        do {
            let exchange = HTTPExchange(method: .GET, url: "http://\(endpoint)/ready", timeout: limit)
            let answer = try await exchange.send()
            guard let readiness = try? JSONDecoder().decode(ReadinessAnswer.self, from: answer.body) else {
                return PartStatus(
                    process,
                    .down,
                    detail: "\(endpoint) answers \(answer.status), which is not the hub's /ready"
                )
            }
            return readiness.status(of: process, isServing: answer.status == 200)
        } catch {
            return PartStatus(process, .down, detail: "\(endpoint): \(error)")
        }
    }
}

/// The answer of `/ready`; whatever an older or newer release leaves out is simply not shown.
private struct ReadinessAnswer: Decodable {
    struct Component: Decodable {
        let name: String
        let state: String
        let detail: String?
    }

    let process: String
    let version: String?
    let uptimeSeconds: Int?
    let components: [Component]

    func status(of process: TopologyProcess, isServing: Bool) -> PartStatus {
        let troubles = components.filter { $0.state != "up" }
            .map { "\($0.name) \($0.state)\($0.detail.map { ": \($0)" } ?? "")" }
        let state: PartStatus.State = isServing ? (troubles.isEmpty ? .up : .degraded) : .down
        var details = troubles
        if self.process != process.name { details.insert("calls itself \(self.process)", at: 0) }
        if details.isEmpty, let detail = process.detail { details = ["shard \(detail)"] }
        return PartStatus(
            process,
            state,
            version: version,
            uptime: uptimeSeconds,
            detail: details.isEmpty ? nil : details.joined(separator: "; ")
        )
    }
}
