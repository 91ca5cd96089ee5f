extension PostgresConfiguration {
    /// The servers and the database in the words of libpq, for another server that is to connect here: of several to the one
    /// that takes writes.
    ///
    /// It holds the password, so like one it shows itself to nobody but a server: bind it, and never write it into a
    /// statement.
    package var connectionString: PostgresPassword {
        var parameters = [
            ("host", hosts.map(\.name).joined(separator: ",")),
            ("port", hosts.map { String($0.port) }.joined(separator: ",")), ("dbname", database), ("user", user),
            ("sslmode", tls.mode), ("connect_timeout", String(max(2, connectTimeout.milliseconds / 1000))),
            ("keepalives_idle", "30"), ("keepalives_interval", "10"), ("keepalives_count", "3"),
        ]
        if hosts.count > 1 { parameters.append(("target_session_attrs", "read-write")) }
        if let password { parameters.append(("password", password.text)) }
        if case .verifyFull(let certificate) = tls { parameters.append(("sslrootcert", certificate)) }
        let pairs = parameters.map { keyword, value in
            // In quotes a backslash precedes a quote and itself (libpq documentation, "Keyword/Value Connection Strings").
            let escaped = value.flatMap { $0 == "'" || $0 == "\\" ? ["\\", $0] : [$0] }
            return "\(keyword)='\(String(escaped))'"
        }
        return PostgresPassword(pairs.joined(separator: " "))
    }
}

/// A secret can be bound, since a bound value is neither in a statement's text nor in an error.
extension PostgresPassword: PostgresEncodable {
    package static var postgresType: PostgresType { String.postgresType }

    package func encode(into bytes: inout [UInt8]) { text.encode(into: &bytes) }
}
