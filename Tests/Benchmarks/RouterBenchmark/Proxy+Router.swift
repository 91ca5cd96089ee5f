import FoundationEssentials
import HubTesting

extension Proxy {
    /// Our router: its directory is out of reach, so that it serves from the snapshot of its last run. One thread, no access
    /// log, as the peers; and the time of theirs for a head, so that thousands of slow connections can be opened first.
    func routerLaunch(port: Int, _ place: Workplace) throws -> Launch {
        let state = "\(place.folder)/router-\(port)"
        try place.tenants.writeSnapshot(to: "\(state)/router/directory.snapshot", ports: place.origin.ports)
        let topology = """
            baseDomain: \(BenchTenants.domain)
            publicURL: "http://{host}:\(port)"
            stateDirectory: "\(state)"
            directory: { endpoints: ["127.0.0.1:1"], database: hub_directory }
            regions: { us: { name: "United States", redis: "127.0.0.1:2" } }
            shards: { us-1: { region: us, endpoints: ["127.0.0.1:3"], database: hub_shard } }
            routers: { router: { listen: "127.0.0.1:\(port)", admin: "127.0.0.1:\(try freePort())" } }
            controls: { control: { listen: "127.0.0.1:4", admin: "127.0.0.1:5" } }
            backends: { backend: { shard: us-1, listen: "127.0.0.1:6", admin: "127.0.0.1:7" } }
            limits: { clientConnectionsPerAddress: 20000, tenantRoutedPerMinute: 10000000, headSeconds: 75 }
            """
        let file = "\(place.folder)/router-\(port).yaml"
        try topology.write(toFile: file, atomically: false, encoding: .utf8)
        let folder = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().path
        return Launch(
            command: [
                "\(folder)/hub-router", "--topology", file, "--name", "router", "--threads", "1", "--no-access-log",
                "--log-level", "error",
            ],
            environment: [
                // A crash is to end the process, not to leave it with a debugger.
                "SWIFT_BACKTRACE": "enable=no",
                "HUB_SECRET_DIRECTORY_ROUTER_PASSWORD": "unused",
                "HUB_SECRET_ROUTER_SIGNING_KEY": "a key of the benchmark that is long enough",
            ]
        )
    }
}
