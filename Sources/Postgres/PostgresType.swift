/// A data type of the server, by its object id; the ids of built-in types never change.
package struct PostgresType: Sendable, Hashable {
    package let objectID: UInt32

    package init(objectID: UInt32) {
        self.objectID = objectID
    }

    /// The server infers the type from the place of the value, as it does for a literal; the value travels as text.
    package static let inferred = PostgresType(objectID: 0)

    package static let bool = PostgresType(objectID: 16)
    package static let bytea = PostgresType(objectID: 17)
    package static let int8 = PostgresType(objectID: 20)
    package static let int2 = PostgresType(objectID: 21)
    package static let int4 = PostgresType(objectID: 23)
    package static let text = PostgresType(objectID: 25)
    package static let float8 = PostgresType(objectID: 701)
    package static let textArray = PostgresType(objectID: 1009)
    package static let int8Array = PostgresType(objectID: 1016)
    package static let timestamptz = PostgresType(objectID: 1184)
    package static let uuid = PostgresType(objectID: 2950)
    package static let uuidArray = PostgresType(objectID: 2951)
    package static let jsonb = PostgresType(objectID: 3802)
}
