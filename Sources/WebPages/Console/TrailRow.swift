import HubModel
import HubWire

/// An entry of the control plane's trail; drawn by `console-trail-table`.
struct TrailRow: Sendable {
    /// A member that was changed.
    struct Change: Sendable {
        let name: String
        let before: String?
        let after: String?
        /// What it was and is, when it only says what was changed.
        let same: String?
    }

    let at: ConsoleMoment
    let who: String
    /// In words.
    let action: String
    /// Nil when the tenant itself is meant.
    let entity: String?
    let tenant: String?
    let tenantHref: String?
    let address: String?
    let changes: [Change]

    init(_ entry: DirectoryAuditLogView) {
        at = ConsoleMoment(entry.timestamp)
        who = entry.user?.fullName ?? "—"
        action = AuditAction(rawValue: entry.action)?.label ?? entry.action
        let kind = entry.entityType.map { $0 == "_" ? " " : String($0) }.joined()
        entity = kind == "tenant" && entry.tenantId != nil ? nil : kind
        tenant = entry.tenantId.map { "…\($0.description.suffix(8))" }
        tenantHref = entry.tenantId.map { "\(ConsolePlace.trail.rawValue)?tenantId=\($0)" }
        address = entry.ipAddress
        changes = TrailRow.changes(entry.changes)
    }

    /// `super_admin` as `Super admin`.
    static func words(_ name: String) -> String {
        let text = name.lowercased().map { $0 == "_" ? " " : String($0) }.joined()
        return text.prefix(1).uppercased() + text.dropFirst()
    }

    // MARK: - Private

    private static func changes(_ value: JSONValue?) -> [Change] {
        guard case .object(let members)? = value else { return [] }
        let (before, after) = (object(members["before"]), object(members["after"]))
        guard members["before"] != nil || members["after"] != nil else {
            return members.keys.sorted().map { Change(name: $0, before: nil, after: text(members[$0]), same: nil) }
        }
        return Set(before.keys).union(after.keys).sorted().compactMap { name in
            let (old, new) = (text(before[name]), text(after[name]))
            if old == new { return old.map { Change(name: name, before: nil, after: nil, same: $0) } }
            return Change(name: name, before: old, after: new, same: nil)
        }
    }

    private static func object(_ value: JSONValue?) -> [String: JSONValue] {
        if case .object(let members)? = value { members } else { [:] }
    }

    private static func text(_ value: JSONValue?) -> String? {
        switch value {
        case nil, .null: nil
        case .bool(let flag): flag ? "yes" : "no"
        case .integer(let number): String(number)
        case .number(let number): String(number)
        case .string(let text): text
        case .array(let items): items.compactMap { text($0) }.joined(separator: ", ")
        case .object(let members):
            members.keys.sorted().compactMap { name in text(members[name]).map { "\(name) \($0)" } }.joined(
                separator: ", "
            )
        }
    }
}
