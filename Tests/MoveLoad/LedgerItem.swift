package import HubModel

/// Something of a tenant that one writer makes, changes and deletes. Its title begins with its name, and goes on with the
/// number of the write that gave it that title.
package struct LedgerItem: Hashable, Sendable, CustomStringConvertible {
    package enum Kind: String, Sendable {
        case project
        case task
    }

    package let kind: Kind
    package let writer: Int
    package let number: Int

    package init(kind: Kind, writer: Int, number: Int) {
        self.kind = kind
        self.writer = writer
        self.number = number
    }

    /// As in `task-2-17`, which no other item of the tenant is called.
    package var description: String { "\(kind)-\(writer)-\(number)" }

    /// The title that a write gives it.
    package func title(_ write: Int) -> String { "\(self) write \(write)" }

    /// The status that a write gives it.
    package static func status(_ write: Int) -> WorkStatus {
        let all: [WorkStatus] = [.notStarted, .inProgress, .completed]
        return all[write % all.count]
    }
}

extension LedgerItem {
    /// The item and the write that a title names; nil for a title that no writer gives.
    package static func parse(_ title: String) -> (item: LedgerItem, write: Int)? {
        let words = title.split(separator: " ")
        let parts = words.first?.split(separator: "-") ?? []
        guard words.count == 3, words[1] == "write", let write = Int(words[2]), parts.count == 3,
            let kind = Kind(rawValue: String(parts[0])), let writer = Int(parts[1]), let number = Int(parts[2])
        else { return nil }
        return (LedgerItem(kind: kind, writer: writer, number: number), write)
    }
}
