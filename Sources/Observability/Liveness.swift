import HubModel

/// That a process lives: the body of `/health`.
package enum Liveness {
    /// - Parameter process: the name of the process in the topology.
    package static func json(process: String) -> [UInt8] {
        var object = JSONText()
        object.member("status", "up")
        object.member("process", process)
        object.member("version", HubVersion.text)
        return object.closed()
    }
}
