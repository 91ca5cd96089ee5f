/// Which requests make a backend hash a password: they wait for that, in a line of their own, and not for the processor.
package enum PasswordHashing {
    private static let requests: [(method: String, path: String)] = [
        ("POST", "/api/auth/login"), ("POST", "/sign-in"), ("PUT", "/api/auth/password"), ("POST", "/api/users"),
    ]

    /// - Parameter path: without the query.
    package static func isDone(for method: String, _ path: String) -> Bool {
        requests.contains { $0.method == method && $0.path == path }
    }
}
