/// One server of a configuration.
package struct PostgresHost: Sendable, Hashable {
    /// A host name, an address without brackets, or the folder of a Unix socket (then it begins with a slash).
    package let name: String

    /// The port.
    package let port: Int

    package init(_ name: String, _ port: Int = 5432) {
        self.name = name
        self.port = port
    }

    /// Whether the server is reached through a Unix socket.
    var isLocal: Bool { name.hasPrefix("/") }
}

extension PostgresHost: CustomStringConvertible {
    /// `host:port`, an IPv6 address in brackets.
    package var description: String {
        name.contains(":") ? "[\(name)]:\(port)" : "\(name):\(port)"
    }
}
