import HubModel
import Placement

func tenantID(_ number: Int) -> TenantID {
    let digits = String(number, radix: 16)
    return TenantID("00000000-0000-7000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits)!
}

let usShard = ShardPlacement(
    id: ShardID("us-1")!,
    region: RegionID("us")!,
    state: .open,
    backends: [
        BackendAddress(name: ProcessName("backend-us-1")!, host: "127.0.0.1", port: 8082),
        BackendAddress(name: ProcessName("backend-us-1-b")!, host: "::1", port: 8083),
    ]
)
let euShard = ShardPlacement(id: ShardID("eu-1")!, region: RegionID("eu")!, state: .draining, backends: [])

func subdomain(_ number: Int) -> Subdomain { Subdomain("tenant-\(number)")! }

func change(
    _ number: Int,
    name: Subdomain? = nil,
    shard: ShardID = usShard.id,
    epoch: Int64 = 1,
    state: TenantState = .active
)
    -> DirectoryChanges.Tenant
{
    .init(
        id: tenantID(number),
        name: name ?? subdomain(number),
        shard: shard,
        epoch: Epoch(rawValue: epoch),
        state: state
    )
}

func snapshot(tenants: Int, version: Int64 = 1, formerNames: [DirectoryChanges.FormerName] = []) throws
    -> DirectorySnapshot
{
    var builder = try SnapshotBuilder(
        version: version,
        topologyVersion: 1,
        shards: [usShard, euShard],
        formerNames: formerNames
    )
    for number in 0..<tenants {
        try builder.add(
            tenant: tenantID(number),
            name: subdomain(number).rawValue.utf8.span.bytes,
            shard: UInt16(number % 2),
            epoch: Epoch(rawValue: Int64(number + 1)),
            state: .active
        )
    }
    return builder.finish()
}

extension DirectorySnapshot {
    func route(_ name: Subdomain) -> Route? {
        guard case .route(let route) = lookup(name) else { return nil }
        return route
    }

    func encoded() -> [UInt8] {
        var file: [UInt8] = []
        encode { piece in piece.withUnsafeBytes { file.append(contentsOf: $0) } }
        return file
    }
}
