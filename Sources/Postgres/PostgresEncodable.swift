/// A value that can be bound to a query.
///
/// A `RawRepresentable` type whose raw value can be bound needs only to declare its conformance.
package protocol PostgresEncodable {
    /// The type the server is told.
    static var postgresType: PostgresType { get }

    /// Appends the value: as text if the type is ``PostgresType/inferred``, in the type's binary form otherwise.
    func encode(into bytes: inout [UInt8])
}

extension PostgresEncodable where Self: RawRepresentable, RawValue: PostgresEncodable {
    package static var postgresType: PostgresType { RawValue.postgresType }

    package func encode(into bytes: inout [UInt8]) {
        rawValue.encode(into: &bytes)
    }
}
