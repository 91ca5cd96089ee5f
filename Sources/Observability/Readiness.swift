import HubModel

/// Whether a process would serve now, and why not: the body of `/ready`.
package struct Readiness: Hashable, Sendable, Decodable {
    package struct Component: Hashable, Sendable, Decodable {
        package enum State: String, CaseIterable, Sendable, Decodable {
            case up
            /// Missing, but the process serves without it.
            case degraded
            /// Missing, and the process cannot serve without it.
            case down
        }

        /// Such as `database`, `cache` or `directory`.
        package let name: String
        package let state: State
        /// For a person; nil when there is nothing to say.
        package let detail: String?

        package init(_ name: String, _ state: State, detail: String? = nil) {
            self.name = name
            self.state = state
            self.detail = detail
        }
    }

    /// The name of the process in the topology.
    package let process: String
    /// The version of the hub that the process runs.
    package let version: String
    /// For how long the process has run.
    package let uptimeSeconds: Int
    package let components: [Component]

    package init(
        process: String,
        version: String = HubVersion.text,
        uptimeSeconds: Int = ProcessAge.seconds,
        components: [Component]
    ) {
        self.process = process
        self.version = version
        self.uptimeSeconds = uptimeSeconds
        self.components = components
    }

    package var isReady: Bool { components.allSatisfy { $0.state != .down } }

    /// 200, or 503 when the process would not serve.
    package var status: Int { isReady ? 200 : 503 }

    package func json() -> [UInt8] {
        var list: [UInt8] = []
        for component in components {
            if !list.isEmpty { list.append(UInt8(ascii: ",")) }
            var object = JSONText()
            object.member("name", component.name)
            object.member("state", component.state.rawValue)
            if let detail = component.detail { object.member("detail", detail) }
            list += object.closed()
        }
        var object = JSONText()
        object.member("status", isReady ? "ready" : "unready")
        object.member("process", process)
        object.member("version", version)
        object.member("uptimeSeconds", raw: String(uptimeSeconds).utf8)
        object.member("components", raw: [UInt8(ascii: "[")] + list + [UInt8(ascii: "]")])
        return object.closed()
    }
}
