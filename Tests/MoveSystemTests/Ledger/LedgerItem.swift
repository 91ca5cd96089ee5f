import HubModel

/// Something of a tenant that one writer makes, changes and deletes. Its title begins with its name, and goes on with the
/// number of the write that gave it that title.
struct LedgerItem: Hashable, Sendable, CustomStringConvertible {
    enum Kind: String, Sendable {
        case project
        case task
    }

    let kind: Kind
    let writer: Int
    let number: Int

    /// As in `task-2-17`, which no other item of the tenant is called.
    var description: String { "\(kind)-\(writer)-\(number)" }

    /// The title that a write gives it.
    func title(_ write: Int) -> String { "\(self) write \(write)" }

    /// The status that a write gives it.
    static func status(_ write: Int) -> WorkStatus {
        let all: [WorkStatus] = [.notStarted, .inProgress, .completed]
        return all[write % all.count]
    }
}

extension LedgerItem {
    /// The item and the write that a title names; nil for a title that no writer gives.
    static func parse(_ title: String) -> (item: LedgerItem, write: Int)? {
        let words = title.split(separator: " ")
        let parts = words.first?.split(separator: "-") ?? []
        guard words.count == 3, words[1] == "write", let write = Int(words[2]), parts.count == 3,
            let kind = Kind(rawValue: String(parts[0])), let writer = Int(parts[1]), let number = Int(parts[2])
        else { return nil }
        return (LedgerItem(kind: kind, writer: writer, number: number), write)
    }
}
