import FoundationEssentials
package import HubModel

/// A place in a tenant's event log: of an event, or between two.
///
/// Places are ordered by epoch first, so that what happened before a move is older than all that came after it. Its text
/// form, `<epoch>.<transaction>.<id>`, is what clients hand back as `Last-Event-ID`.
package struct EventPosition: Hashable, Comparable, Sendable {
    package let epoch: Epoch
    package let transaction: Int64
    /// A version 7 UUID, which tells when the event happened.
    package let id: AuditLogID

    package init(epoch: Epoch, transaction: Int64, id: AuditLogID) {
        self.epoch = epoch
        self.transaction = transaction
        self.id = id
    }

    package static func < (left: EventPosition, right: EventPosition) -> Bool {
        (left.epoch, left.transaction, left.id) < (right.epoch, right.transaction, right.id)
    }

    /// When the event happened, to the millisecond, by the clock of the process that wrote it.
    package var moment: Timestamp {
        let bytes = id.uuid.uuid
        let milliseconds = [bytes.0, bytes.1, bytes.2, bytes.3, bytes.4, bytes.5].reduce(Int64(0)) {
            $0 << 8 | Int64($1)
        }
        return Timestamp(microseconds: milliseconds * 1000)
    }
}

extension EventPosition: LosslessStringConvertible {
    package init?(_ description: String) {
        let parts = description.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let epoch = Epoch(String(parts[0])), let transaction = Int64(parts[1]),
            let id = AuditLogID(String(parts[2]))
        else { return nil }
        self.init(epoch: epoch, transaction: transaction, id: id)
    }

    package var description: String { "\(epoch).\(transaction).\(id)" }
}
