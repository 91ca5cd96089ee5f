import HubModel
import ShardStore

extension TenantProfile: CachedItem {
    init(_ decoder: inout CacheDecoder) throws(CacheDecoder.Malformed) {
        let id = try decoder.decode(TenantID.self)
        guard let subdomain = Subdomain(try decoder.decode(String.self)) else { throw CacheDecoder.Malformed() }
        self.init(
            id: id,
            subdomain: subdomain,
            name: try decoder.decode(String.self),
            maxUsers: try decoder.decode(Int.self),
            maxProjects: try decoder.decode(Int.self),
            createdAt: try decoder.decode(Timestamp.self),
            updatedAt: try decoder.decode(Timestamp.self),
            users: try decoder.decode(Int.self)
        )
    }

    func write(to encoder: inout CacheEncoder) {
        encoder.encode(id)
        encoder.encode(subdomain.rawValue)
        encoder.encode(name)
        encoder.encode(maxUsers)
        encoder.encode(maxProjects)
        encoder.encode(createdAt)
        encoder.encode(updatedAt)
        encoder.encode(users)
    }
}
