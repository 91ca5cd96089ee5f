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

    /// No values, `{}`.
    package static let none = AuditChanges(before: Never?.none, after: Never?.none)

    /// The same changes with `"impersonatedBy": {"id": …, "email": …}`: a super admin made them as the entry's user.
    package func impersonated(by impersonator: OperatorReference) -> AuditChanges {
        let member = "\"impersonatedBy\":\(AuditChanges.encode(impersonator))"
        return AuditChanges(json: json == "{}" ? "{\(member)}" : "\(json.dropLast()),\(member)}")
    }

    // MARK: - Private

    private init(json: String) {
        self.json = json
    }

    private init(before: (some Encodable)?, after: (some Encodable)?) {
        json = AuditChanges.encode(Sides(before: before, after: after))
    }

    private static func encode(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return String(decoding: try encoder.encode(value), as: UTF8.self)
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
