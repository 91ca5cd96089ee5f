import Glibc

/// Many connections to a proxy that do little.
struct ClientCrowd {
    private let connections: [BlockingConnection]

    init(count: Int, port: Int) throws {
        try ClientCrowd.allowDescriptors(count + 1000)
        var connections: [BlockingConnection] = []
        do {
            for _ in 0..<count { connections.append(try BlockingConnection(port: port)) }
        } catch {
            for connection in connections { connection.close() }
            throw error
        }
        self.connections = connections
    }

    /// Has each one ask once for the empty answer, one after the other.
    func ask(_ tenants: BenchTenants) throws {
        for (index, connection) in connections.enumerated() {
            let host = tenants.host(index % tenants.count)
            try connection.send("GET /empty HTTP/1.1\r\nHost: \(host)\r\n\r\n")
            let answer = String(decoding: connection.read(), as: UTF8.self)
            guard answer.hasPrefix("HTTP/1.1 200") else {
                throw BenchmarkFailure("connection \(index) was answered: \(answer.prefix(200))")
            }
        }
    }

    /// Has each one send the first half of a request.
    func begin(_ tenants: BenchTenants) throws {
        let cookie = String(repeating: "c", count: 400)
        for (index, connection) in connections.enumerated() {
            let host = tenants.host(index % tenants.count)
            try connection.send("GET /page HTTP/1.1\r\nHost: \(host)\r\nCookie: a=\(cookie)")
        }
    }

    func leave() {
        for connection in connections { connection.close() }
    }

    // MARK: - Private

    private static func allowDescriptors(_ count: Int) throws {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        guard limit.rlim_cur < rlim_t(count) else { return }
        guard limit.rlim_max >= rlim_t(count) else {
            throw BenchmarkFailure("\(count) descriptors are needed, \(limit.rlim_max) allowed (ulimit -n)")
        }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
