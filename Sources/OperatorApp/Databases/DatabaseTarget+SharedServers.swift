import HubModel
import Topology

extension [DatabaseTarget] {
    /// Refuses secrets that want two passwords for one role: a role belongs to the server, so databases that share a
    /// server share its roles, and the second password would lock out the processes of the first.
    ///
    /// Secrets that are missing are not judged here: whoever needs one says so.
    func requireOnePasswordForEachRole(secrets: Secrets) throws {
        var known: [Login: (secret: SecretName, password: Secret)] = [:]
        for target in self {
            for role in target.roles + [target.administrator] {
                guard let password = try? secrets.secret(role.password) else { continue }
                for endpoint in target.endpoints {
                    let login = Login(endpoint: endpoint, role: role.name)
                    guard let first = known.updateValue((role.password, password), forKey: login) else { continue }
                    guard first.password == password else {
                        throw OperatorError(
                            .usage,
                            "the server at \(endpoint) has one password for role \(role.name), but the secrets "
                                + "\(first.secret.text) and \(role.password.text) differ: make them the same"
                        )
                    }
                }
            }
        }
    }
}

/// A role as one server knows it.
private struct Login: Hashable {
    let endpoint: Endpoint
    let role: String
}
