import BenchmarkReport
import FoundationEssentials
import Glibc
import HubTesting

/// A proxy that is measured.
enum Proxy: CaseIterable {
    case router
    case nginx
    case haproxy

    var name: String {
        switch self {
        case .router: "hub-router"
        case .nginx: "nginx"
        case .haproxy: "haproxy"
        }
    }

    static let peers: [Proxy] = [.nginx, .haproxy]

    /// Starts it on its processor, and waits until it forwards to the right shards.
    func start(in place: Workplace) async throws -> RunningProxy {
        let port = try freePort()
        let output = "\(place.folder)/\(name)-\(port).out"
        let launch =
            switch self {
            case .router: try routerLaunch(port: port, place)
            case .nginx: try nginxLaunch(port: port, place)
            case .haproxy: try haproxyLaunch(port: port, place)
            }
        let command = Processors.ofProxy(launch.command)
        let process = try WatchedProcess(command, environment: launch.environment, output: output)
        let running = RunningProxy(proxy: self, port: port, process: process)
        try await waitFor("\(name) to answer") {
            guard !process.hasEnded else { throw BenchmarkFailure(reading: output) }
            return (try? RawRequest.send(to: port, host: place.tenants.host(0), path: "/empty"))?.status == 200
        }
        try running.check(place.tenants)
        return running
    }
}

/// How a program is started.
struct Launch {
    let command: [String]
    var environment: [String: String] = [:]
}

/// A proxy that runs.
struct RunningProxy {
    let proxy: Proxy
    let port: Int
    let process: WatchedProcess

    /// Sees that hosts lead to their shards, and an unknown host nowhere.
    func check(_ tenants: BenchTenants) throws {
        for index in [0, 1, 2, tenants.count / 2, tenants.count - 1] {
            let answer = try RawRequest.send(to: port, host: tenants.host(index), path: "/page")
            guard answer.status == 200, answer.text.lowercased().contains("shard: \(tenants.shard(index))") else {
                throw BenchmarkFailure("\(proxy.name) sent \(tenants.host(index)) elsewhere: \(answer.text)")
            }
        }
        let answer = try RawRequest.send(to: port, host: "nobody.\(BenchTenants.domain)", path: "/page")
        guard answer.status == 404 else { throw BenchmarkFailure("\(proxy.name) answered \(answer.status) for nobody") }
    }

    func cpuSeconds() throws -> Double { try ProcessUse.cpuSeconds(of: try identifier) }

    func residentBytes() throws -> Int { try ProcessUse.residentBytes(of: try identifier) }

    func stop() { process.kill9() }

    // MARK: - Private

    private var identifier: pid_t {
        get throws {
            guard let identifier = process.identifier else { throw BenchmarkFailure("\(proxy.name) has ended") }
            return identifier
        }
    }
}
