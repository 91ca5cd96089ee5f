package import HubModel
package import Postgres

/// A position is bound as text, of which the server makes a `pg_lsn`.
extension LogPosition: PostgresEncodable, PostgresDecodable {
    package static var postgresType: PostgresType { .inferred }

    package func encode(into bytes: inout [UInt8]) { description.encode(into: &bytes) }

    package init?(postgresText text: Span<UInt8>) {
        guard let text = String(postgresText: text) else { return nil }
        self.init(text)
    }
}
