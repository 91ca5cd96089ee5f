import HubModel
import HubWire

/// Control's question what was held of a tenant, as a router reads it.
struct HoldQuestion: Hashable {
    let tenant: TenantID
    let start: Epoch
    let end: Epoch

    /// - Parameter target: of the request; nil is made of whatever ``InternalPath/holds(_:after:upTo:)`` would not write.
    init?(target: String) {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = parts[0].split(separator: "/", omittingEmptySubsequences: false)
        guard path.count == 5, path[0].isEmpty, path[1] == "internal", path[2] == "tenants", path[4] == "holds",
            let tenant = TenantID(String(path[3])), parts.count == 2
        else { return nil }
        let query = parts[1].split(separator: "&", omittingEmptySubsequences: false)
        guard query.count == 2, let start = HoldQuestion.epoch(query[0], named: "after="),
            let end = HoldQuestion.epoch(query[1], named: "upto=")
        else { return nil }
        (self.tenant, self.start, self.end) = (tenant, start, end)
    }

    // MARK: - Private

    private static func epoch(_ text: Substring, named name: String) -> Epoch? {
        text.hasPrefix(name) ? Epoch(String(text.dropFirst(name.utf8.count))) : nil
    }
}
