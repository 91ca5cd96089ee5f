/// The payloads of tokens that were seen lately: a few thousand at most, and the ones in use are among them.
///
/// Two generations: a token that is used moves to the young one; when that is full it becomes the old one, and what the old
/// one held is forgotten.
struct RecentPayloads {
    private static let capacity = 4096

    private var young: [String: TokenPayload] = [:]
    private var old: [String: TokenPayload] = [:]

    mutating func find(_ token: String) -> TokenPayload? {
        if let payload = young[token] { return payload }
        guard let payload = old[token] else { return nil }
        insert(payload, of: token)
        return payload
    }

    mutating func insert(_ payload: TokenPayload, of token: String) {
        if young.count >= RecentPayloads.capacity {
            old = young
            young = [:]
        }
        young[token] = payload
    }

    /// How many are held.
    var count: Int { young.count + old.count }
}
