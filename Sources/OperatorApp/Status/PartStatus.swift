import FoundationEssentials
import Topology

/// How one process or store of the deployment is.
struct PartStatus: Encodable, Sendable {
    enum State: String, Encodable, Sendable {
        /// Does all of its work.
        case up
        /// Does its work, with something missing.
        case degraded
        /// Does not do its work, or does not answer.
        case down
    }

    let kind: TopologyProcess.Kind
    let name: String
    let endpoint: String
    var state: State
    var version: String?
    var uptimeSeconds: Int?
    /// What is worth knowing beside the state, and for one that is not up the reason.
    var detail: String?

    init(_ process: TopologyProcess, _ state: State, version: String? = nil, uptime: Int? = nil, detail: String?) {
        kind = process.kind
        name = process.name
        endpoint = process.listen.description
        self.state = state
        self.version = version
        uptimeSeconds = uptime
        self.detail = detail
    }
}
