package import HubModel
package import Postgres

/// A moment is a `timestamptz`: both count microseconds.
extension Timestamp: PostgresArrayElement {
    package static var postgresType: PostgresType { .timestamptz }
    package static var elementType: PostgresType { PostgresTimestamp.elementType }
    package static var arrayType: PostgresType { PostgresTimestamp.arrayType }

    package func encode(into bytes: inout [UInt8]) {
        PostgresTimestamp(microseconds: microseconds).encode(into: &bytes)
    }
}

extension Timestamp: PostgresDecodable {
    package init?(postgresText text: Span<UInt8>) {
        guard let moment = PostgresTimestamp(postgresText: text) else { return nil }
        self.init(microseconds: moment.microseconds)
    }
}
