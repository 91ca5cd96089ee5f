import FoundationEssentials

/// An object's values before and after a change, as the JSON of `audit_logs.changes`:
/// `{"after": {…}}` for a creation, `{"before": {…}, "after": {…}}` for an update, `{"before": {…}}` for a deletion.
package struct AuditChanges: Sendable {
    package let json: String

    package static func created(_ after: some Encodable) -> AuditChanges {
        AuditChanges(before: Never?.none, after: after)
    }

    package static func updated(from before: some Encodable, to after: some Encodable) -> AuditChanges {
        AuditChanges(before: before, after: after)
    }

    package static func deleted(_ before: some Encodable) -> AuditChanges {
        AuditChanges(before: before, after: Never?.none)
    }

    // MARK: - Private

    private init(before: (some Encodable)?, after: (some Encodable)?) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            json = String(decoding: try encoder.encode(Sides(before: before, after: after)), as: UTF8.self)
        } catch {
            // Only a value that JSON cannot express, such as an infinite number, gets here; no model type has one.
            preconditionFailure("audit values cannot be encoded: \(error)")
        }
    }

    private struct Sides<Before: Encodable, After: Encodable>: Encodable {
        let before: Before?
        let after: After?
    }
}
