import FoundationEssentials
import HubTesting

/// The server that stands for every backend: nginx with answers that are ready in memory, on one port for each shard.
///
/// It is nginx rather than a server of ours because it costs the least on the processor that it shares with the load, so
/// that the proxy is what is busy, and because nobody can suspect it of favouring our router.
struct Origin {
    /// One for each of ``BenchTenants/shards``.
    let ports: [Int]
    let process: WatchedProcess

    static func start(in folder: String) async throws -> Origin {
        let ports = try BenchTenants.shards.map { _ in try freePort() }
        let large = String(repeating: "0123456789abcde\n", count: Workload.large.answerBytes / 16)
        try large.write(toFile: "\(folder)/large", atomically: false, encoding: .utf8)
        let page = String(repeating: "0123456789abcde ", count: Workload.page.answerBytes / 16 + 1)
            .prefix(Workload.page.answerBytes)
        let servers = zip(BenchTenants.shards, ports).map { shard, port in
            """
            server {
                listen 127.0.0.1:\(port) backlog=4096;
                root \(folder);
                add_header Shard \(shard);
                client_max_body_size 2m;
                location = /empty { return 200; }
                location = /health { return 200; }
                location = /page { default_type text/html; return 200 "\(page)"; }
                location = /upload { return 200; }
                location = /large { }
            }
            """
        }
        let configuration = """
            daemon off;
            master_process off;
            worker_rlimit_nofile 20000;
            pid \(folder)/origin.pid;
            error_log \(folder)/origin.log crit;
            events { worker_connections 16000; }
            http {
                \(NginxPaths.temporary(in: folder, of: "origin"))
                access_log off;
                sendfile on;
                tcp_nodelay on;
                keepalive_requests 1000000000;
                open_file_cache max=10 inactive=1h;
            \(servers.joined(separator: "\n"))
            }
            """
        let file = "\(folder)/origin.conf"
        try configuration.write(toFile: file, atomically: false, encoding: .utf8)
        let command = Processors.besideProxy([NginxPaths.program, "-p", folder, "-e", "stderr", "-c", file])
        let process = try WatchedProcess(command, output: "\(folder)/origin.out")
        try await waitFor("the origin to answer") {
            guard !process.hasEnded else { throw BenchmarkFailure(reading: "\(folder)/origin.out") }
            return ports.allSatisfy { (try? RawRequest.send(to: $0, host: "origin", path: "/health"))?.status == 200 }
        }
        return Origin(ports: ports, process: process)
    }
}

/// Where an nginx of ours finds and keeps things.
enum NginxPaths {
    static let program = FileManager.default.fileExists(atPath: "/usr/sbin/nginx") ? "/usr/sbin/nginx" : "nginx"

    /// Directives that keep its files in a folder of the run.
    static func temporary(in folder: String, of name: String) -> String {
        ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map { "\($0)_temp_path \(folder)/\(name)-\($0);" }
            .joined(separator: " ")
    }
}
