extension RedisError {
    /// The typed form of an error line such as `OOM command not allowed when used memory > 'maxmemory'.`
    init(errorLine: String, endpoint: String) {
        let code = Code(errorLine: errorLine)
        let line = errorLine.hasSuffix(".") ? String(errorLine.dropLast()) : errorLine
        self.init(code, .answered, endpoint: endpoint, message: "answered \"\(line)\"\(code.advice)")
    }
}

extension RedisError.Code {
    /// The code for an error line, judged by its first word, which is how Redis classifies errors.
    init(errorLine: String) {
        self =
            switch errorLine.prefix(while: { $0 != " " }) {
            case "LOADING": .loading
            case "READONLY": .readOnly
            case "OOM": .outOfMemory
            case "BUSY": .busy
            case "NOSCRIPT": .noScript
            case "NOAUTH", "NOPERM": .noPermission
            case "WRONGPASS": .authentication
            case "WRONGTYPE": .wrongType
            // Before Redis 6, and ever since for a server without a password, a refused AUTH has no word of its own.
            case "ERR" where errorLine.hasPrefix("ERR AUTH") || errorLine.hasPrefix("ERR invalid password"):
                .authentication
            default: .rejected
            }
    }

    /// What the operator can do, to follow the server's own words.
    fileprivate var advice: String {
        switch self {
        case .loading: ": wait until it has read its data"
        case .readOnly: ": it is a replica, name the primary in the configuration"
        case .outOfMemory: ": raise maxmemory or choose an eviction policy"
        case .busy: ": end the running script with SCRIPT KILL"
        case .noPermission: ": give the user this permission or configure its password"
        case .authentication: ": check the user name and password configured for it"
        case .unavailable, .connectFailed, .connectTimedOut, .timedOut, .connectionLost, .protocolViolation, .cancelled,
            .shutDown, .noScript, .wrongType, .rejected:
            ""
        }
    }
}
