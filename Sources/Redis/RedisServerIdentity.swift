/// Which server process a connection leads to.
package struct RedisServerIdentity: Sendable, Hashable {
    /// What the server is in its replication set-up.
    package enum Role: String, Sendable, Hashable {
        case primary = "master"
        case replica = "slave"
    }

    /// The `run_id`: forty hexadecimal digits, new at every start of the server.
    package let runID: String

    /// The `redis_version`, or an empty string if the server keeps it to itself.
    package let version: String

    /// The role at the time the connection was made.
    package let role: Role

    /// Reads the identity from the text of `INFO server` and `INFO replication`; `nil` if run id or role are missing.
    init?(information: String) {
        var fields: [Substring: Substring] = [:]
        for line in information.split(whereSeparator: \.isNewline) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            fields[line[..<colon]] = line[line.index(after: colon)...]
        }
        guard let runID = fields["run_id"], !runID.isEmpty,
            let role = fields["role"].flatMap({ Role(rawValue: String($0)) })
        else { return nil }
        self.runID = String(runID)
        self.version = String(fields["redis_version"] ?? "")
        self.role = role
    }
}
