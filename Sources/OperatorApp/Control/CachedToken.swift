import FoundationEssentials
import HubModel
import HubWire
import Topology

/// A super admin's token between two commands, in a file only its owner may read.
struct CachedToken: Codable, Sendable {
    let email: String
    let token: String
    let expiresAt: Timestamp

    /// Reads what an earlier command left; nil when there is nothing, or nothing that can be read.
    static func load(_ topology: Topology) -> CachedToken? {
        guard let data = try? Data(contentsOf: URL(filePath: path(topology))) else { return nil }
        return try? WireJSON.decode(CachedToken.self, from: Array(data))
    }

    func store(_ topology: Topology) throws {
        try PrivateFile.makeDirectory(CachedToken.directory(topology))
        try PrivateFile.replace(CachedToken.path(topology), String(decoding: try WireJSON.encode(self), as: UTF8.self))
    }

    // MARK: - Private

    private static func directory(_ topology: Topology) -> String { "\(topology.stateDirectory)/hubctl" }

    private static func path(_ topology: Topology) -> String {
        "\(directory(topology))/token-\(topology.baseDomain).json"
    }
}
