import Caching
import HubModel

/// How a shard's items are named in Redis: shards that share a server never meet.
///
/// An item is `hub:cache:us-1:7:{0198…}:1:projects`, which is ``CacheKey/description`` behind the shard's prefix. Since this
/// is one server and no cluster, a script may touch the sentinel together with the items of any tenant.
struct CacheNamespace: Hashable, Sendable {
    /// What all names of the shard begin with; a shard's name has nothing in it that a pattern would not take literally.
    let prefix: String

    init(_ shard: ShardID) {
        prefix = "hub:cache:\(shard):"
    }

    /// The key that holds the nonce of the opening of the gate.
    var sentinel: String { prefix + "gate" }

    func name(_ key: CacheKey) -> String {
        prefix + key.description.dropFirst(CacheNamespace.common.utf8.count)
    }

    /// Reads an item's name; nil for everything else, the sentinel included.
    func key(_ name: String) -> CacheKey? {
        guard name.hasPrefix(prefix) else { return nil }
        let fields = name.utf8.dropFirst(prefix.utf8.count).split(separator: UInt8(ascii: ":"), maxSplits: 3)
        guard fields.count == 4, let gate = Int64(Substring(fields[0])),
            let epoch = Epoch(String(Substring(fields[2]))),
            let tenant = TenantID(String(Substring(fields[1].dropFirst().dropLast()))),
            let subject = CacheNamespace.subject(Substring(fields[3]))
        else { return nil }
        let key = CacheKey(
            tenant: tenant,
            tenantEpoch: epoch,
            gateEpoch: GateEpoch(rawValue: gate),
            subject: subject
        )
        // Nothing but the one way to write it is read.
        return self.name(key) == name ? key : nil
    }

    // MARK: - Private

    private static let common = "hub:"

    private static func subject(_ text: Substring) -> CacheSubject? {
        switch text {
        case "ownership": return .ownership
        case "projects": return .projects
        case "settings": return .settings
        case "usage": return .usage
        case "position": return .position
        default:
            guard text.hasPrefix("user:") else { return nil }
            return UserID(String(text.dropFirst("user:".count))).map { .user($0) }
        }
    }
}
