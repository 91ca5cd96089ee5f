import FoundationEssentials
import HubTesting

/// The folder of one run, and the origin that all proxies forward to.
struct Workplace {
    let folder: String
    let tenants: BenchTenants
    let origin: Origin

    /// Lends a folder that is gone afterwards.
    static func with<Result>(tenants: Int, _ body: (Workplace) async throws -> Result) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: "hub-bench-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let tenants = BenchTenants(count: tenants)
        let origin = try await Origin.start(in: folder)
        defer { origin.process.kill9() }
        return try await body(Workplace(folder: folder, tenants: tenants, origin: origin))
    }
}
