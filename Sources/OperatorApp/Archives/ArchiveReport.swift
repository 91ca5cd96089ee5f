import HubModel

/// What was taken out of a deployment, or put in.
struct ArchiveReport: Report {
    let tenant: TenantID
    let subdomain: Subdomain
    let shard: ShardID
    let file: String
    let rows: [String: Int]
    let sha256: String

    func text(for stream: TextStream) -> String {
        var table = Table("TABLE", .number("ROWS"))
        for (name, count) in rows.sorted(by: { $0.key < $1.key }) {
            table.append(.init(name), .init(count.grouped))
        }
        return table.text(for: stream) + "\n\(file): \(subdomain), \(tenant), shard \(shard), sha256 \(sha256)\n"
    }
}
