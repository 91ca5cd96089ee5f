package import FoundationEssentials

/// A UUID that names one kind of thing, so that a user's id can never be passed where a project's is meant.
///
/// Its text form is lower case with hyphens, as in RFC 9562 section 4.
package struct Identifier<Entity>: Hashable, Sendable {
    package let uuid: UUID

    package init(_ uuid: UUID) {
        self.uuid = uuid
    }
}

extension Identifier: LosslessStringConvertible {
    /// Reads the 36-character form in either case; nil for anything else.
    package init?(_ description: String) {
        guard description.utf8.count == 36, let uuid = UUID(uuidString: description) else { return nil }
        self.init(uuid)
    }

    package var description: String {
        withUnsafeBytes(of: uuid.uuid) { bytes in
            String(unsafeUninitializedCapacity: 36) { room in
                var end = 0
                for (index, byte) in bytes.enumerated() {
                    if index == 4 || index == 6 || index == 8 || index == 10 {
                        room[end] = UInt8(ascii: "-")
                        end += 1
                    }
                    room[end] = Identifier.digit(byte >> 4)
                    room[end + 1] = Identifier.digit(byte & 0xF)
                    end += 2
                }
                return end
            }
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? value + 0x30 : value + 0x57 }
}

extension Identifier: Comparable {
    package static func < (left: Identifier, right: Identifier) -> Bool { left.uuid < right.uuid }
}

extension Identifier: Codable {
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let value = Identifier(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "expected a UUID such as \(UUID().uuidString)")
            )
        }
        self = value
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// The kinds of things that have an ``Identifier``.
package enum Entity {
    /// Anything; which kind of thing stands beside it.
    package enum Object {}
    package enum Tenant {}
    package enum User {}
    package enum Project {}
    package enum Task {}
    package enum Session {}
    package enum AuditLog {}
    package enum Registration {}
    package enum Impersonation {}
    package enum Erasure {}
    package enum TenantChange {}
    package enum Move {}
}

package typealias ObjectID = Identifier<Entity.Object>
package typealias TenantID = Identifier<Entity.Tenant>
package typealias UserID = Identifier<Entity.User>
package typealias ProjectID = Identifier<Entity.Project>
package typealias TaskID = Identifier<Entity.Task>
package typealias SessionID = Identifier<Entity.Session>
package typealias AuditLogID = Identifier<Entity.AuditLog>
package typealias ErasureID = Identifier<Entity.Erasure>
package typealias TenantChangeID = Identifier<Entity.TenantChange>
package typealias MoveID = Identifier<Entity.Move>
package typealias ImpersonationID = Identifier<Entity.Impersonation>
package typealias RegistrationID = Identifier<Entity.Registration>
