/// The commands that begin a connection, sent in one write, and what their replies mean.
struct RedisHandshake: Sendable {
    private enum Step: Sendable {
        case authenticate, select, setName, information
    }

    private let endpoint: String
    private let hasPassword: Bool
    private let steps: [(step: Step, command: [RedisArgument])]

    init(_ configuration: RedisConfiguration) {
        endpoint = configuration.endpoint
        hasPassword = configuration.password != nil
        var steps: [(Step, [RedisArgument])] = []
        if let password = configuration.password {
            let user = configuration.username.map { [RedisArgument($0)] } ?? []
            steps.append((.authenticate, ["AUTH"] + user + [RedisArgument(password.text)]))
        }
        if configuration.database != 0 {
            steps.append((.select, ["SELECT", RedisArgument(configuration.database)]))
        }
        if let name = configuration.clientName {
            steps.append((.setName, ["CLIENT", "SETNAME", RedisArgument(name)]))
        }
        steps.append((.information, ["INFO", "server"]))
        steps.append((.information, ["INFO", "replication"]))
        self.steps = steps
    }

    /// The commands in their order.
    var commands: [[RedisArgument]] { steps.map(\.command) }

    /// Judges the replies, one for each command.
    func identity(from replies: [RedisReply]) throws(RedisError) -> RedisServerIdentity {
        var information = ""
        for (step, reply) in zip(steps.map(\.step), replies) {
            if let line = reply.errorLine { throw refusal(of: step, line: line) }
            if case .information = step { information += (reply.string ?? "") + "\r\n" }
        }
        guard let identity = RedisServerIdentity(information: information) else {
            throw failure(.protocolViolation, "sent no run id in its INFO: it is not a Redis server of a known kind")
        }
        return identity
    }

    // MARK: - Private

    private func refusal(of step: Step, line: String) -> RedisError {
        let code = RedisError.Code(errorLine: line)
        let line = line.hasSuffix(".") ? String(line.dropLast()) : line
        switch (step, code) {
        case (.authenticate, .authentication):
            return failure(code, "refused the password (\(line)): check the user name and password configured for it")
        case (_, .noPermission) where !hasPassword:
            return failure(.authentication, "demands a password (\(line)): configure one")
        default:
            return failure(code == .rejected ? .connectFailed : code, "refused the connection: \(line)")
        }
    }

    private func failure(_ code: RedisError.Code, _ message: String) -> RedisError {
        RedisError(code, .notSent, endpoint: endpoint, message: message)
    }
}
