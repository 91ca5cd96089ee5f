import FoundationEssentials
package import HubModel
package import Postgres

/// An id is a `uuid`.
extension Identifier: PostgresArrayElement {
    package static var postgresType: PostgresType { .uuid }
    package static var elementType: PostgresType { UUID.elementType }
    package static var arrayType: PostgresType { UUID.arrayType }

    package func encode(into bytes: inout [UInt8]) { uuid.encode(into: &bytes) }
}

extension Identifier: PostgresDecodable {
    package init?(postgresText text: Span<UInt8>) {
        guard let uuid = UUID(postgresText: text) else { return nil }
        self.init(uuid)
    }
}
