import AsyncHTTPClient
import NIOCore

/// The metrics of a process, from its loopback port.
enum MetricsPage {
    static func text(port: Int) async throws -> String {
        let request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/metrics")
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(5))
        return String(buffer: try await response.body.collect(upTo: 1 << 24))
    }
}
