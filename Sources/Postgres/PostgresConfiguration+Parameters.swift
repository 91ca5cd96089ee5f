extension PostgresConfiguration {
    /// The session settings that the text form of values depends on, so that a value read is the value written.
    static let pinnedSettings = [
        ("TimeZone", "UTC"),
        ("DateStyle", "ISO"),
        ("IntervalStyle", "iso_8601"),
        ("bytea_output", "hex"),
        ("extra_float_digits", "1"),
        ("standard_conforming_strings", "on"),
    ]

    /// libpq's connection parameters for one of the servers.
    ///
    /// - Parameter address: the numeric address to use, so that libpq resolves nothing (it would block).
    func parameters(for host: PostgresHost, address: String?) -> [(keyword: String, value: String)] {
        var parameters = [
            ("host", host.name),
            ("port", String(host.port)),
            ("dbname", escapedDatabase),
            ("user", user),
            ("application_name", applicationName),
            ("client_encoding", "UTF8"),
            ("options", options),
            ("target_session_attrs", targetSession.rawValue),
            ("sslmode", tls.mode),
            ("gssencmode", "disable"),
            ("keepalives_idle", "30"),
            ("keepalives_interval", "10"),
            ("keepalives_count", "3"),
        ]
        if isReplication { parameters.append(("replication", "database")) }
        if let address { parameters.append(("hostaddr", address)) }
        if let password { parameters.append(("password", password.text)) }
        if case .verifyFull(let certificate) = tls { parameters.append(("sslrootcert", certificate)) }
        return parameters
    }

    // MARK: - Private

    /// A database name is taken literally: libpq would read a value with an equals sign as a connection string.
    private var escapedDatabase: String {
        guard database.contains("=") || database.hasPrefix("postgres") && database.contains("://") else {
            return database
        }
        var escaped = ""
        for character in database {
            if character == "'" || character == "\\" { escaped.append("\\") }
            escaped.append(character)
        }
        return "dbname='\(escaped)'"
    }

    private var options: String {
        var all = Self.pinnedSettings
        if let statementTimeout { all.append(("statement_timeout", "\(statementTimeout.milliseconds)ms")) }
        all += settings.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        return all.map { "-c \($0.0)=\(Self.escapedOption($0.1))" }.joined(separator: " ")
    }

    /// In `options` a space ends an argument unless a backslash precedes it.
    private static func escapedOption(_ value: String) -> String {
        var escaped = ""
        for character in value {
            if character == " " || character == "\\" { escaped.append("\\") }
            escaped.append(character)
        }
        return escaped
    }
}

extension Duration {
    /// Whole milliseconds, rounded up, at least 1.
    var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        return max(1, seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
