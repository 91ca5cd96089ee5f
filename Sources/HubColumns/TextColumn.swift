package import Postgres

/// A model type that is stored as its text form, and read back only if it still is valid.
package protocol TextColumn: LosslessStringConvertible, PostgresArrayElement, PostgresDecodable {}

extension TextColumn {
    package static var postgresType: PostgresType { String.postgresType }
    package static var elementType: PostgresType { String.elementType }
    package static var arrayType: PostgresType { String.arrayType }

    package func encode(into bytes: inout [UInt8]) { description.encode(into: &bytes) }

    package init?(postgresText text: Span<UInt8>) {
        guard let text = String(postgresText: text) else { return nil }
        self.init(text)
    }
}
