package import HubModel

/// One backend of a shard as super admins see it.
package struct BackendView: Codable, Hashable, Sendable {
    package let name: ProcessName
    /// `host:port` where routers reach it.
    package let endpoint: String
    package let health: ShardHealth
    /// Why it is not up.
    @Nullable package var detail: String?

    package init(name: ProcessName, endpoint: String, health: ShardHealth, detail: String?) {
        self.name = name
        self.endpoint = endpoint
        self.health = health
        self.detail = detail
    }
}
