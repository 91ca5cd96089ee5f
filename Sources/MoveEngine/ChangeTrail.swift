import Postgres

/// The keys of rows that a server's log says were written, by table: pgoutput's messages of protocol version 1
/// (PostgreSQL documentation, "Logical Replication Message Formats"), of which only keys are kept.
struct ChangeTrail: Sendable {
    /// Values of each table's key, as text.
    private(set) var keys: [String: Set<[String]>] = [:]
    private var relations: [UInt32: Relation] = [:]
    private let keyColumns: [String: [String]]

    private struct Relation {
        let table: String
        /// The place of each column of the key.
        let places: [Int]
    }

    init(_ tables: [CarriedTable]) {
        keyColumns = Dictionary(uniqueKeysWithValues: tables.map { ($0.name, $0.key) })
    }

    var count: Int { keys.values.reduce(0) { $0 + $1.count } }

    /// Takes in the next message.
    ///
    /// - Throws: `decoding` if it is cut short or names a relation that was not described.
    mutating func read(_ message: [UInt8]) throws(PostgresError) {
        var reader = MessageReader(message)
        switch try reader.byte() {
        case UInt8(ascii: "R"): try readRelation(&reader)
        case UInt8(ascii: "I"), UInt8(ascii: "U"), UInt8(ascii: "D"): try readChange(&reader)
        default: break
        }
    }

    // MARK: - Private

    private mutating func readRelation(_ reader: inout MessageReader) throws(PostgresError) {
        let id = UInt32(try reader.integer(4))
        _ = try reader.text()
        let table = try reader.text()
        _ = try reader.byte()
        var columns: [String] = []
        for _ in 0..<(try reader.integer(2)) {
            _ = try reader.byte()
            columns.append(try reader.text())
            try reader.skip(8)
        }
        guard let key = keyColumns[table] else { return }
        relations[id] = Relation(table: table, places: key.compactMap { columns.firstIndex(of: $0) })
    }

    private mutating func readChange(_ reader: inout MessageReader) throws(PostgresError) {
        guard let relation = relations[UInt32(try reader.integer(4))] else {
            throw PostgresError(.decoding, "the log names a relation that it has not described")
        }
        // An update whose key has changed tells the old one first.
        while !reader.isAtEnd {
            _ = try reader.byte()
            let values = try readTuple(&reader)
            let key = relation.places.compactMap { values[$0] }
            if key.count == relation.places.count { keys[relation.table, default: []].insert(key) }
        }
    }

    private func readTuple(_ reader: inout MessageReader) throws(PostgresError) -> [String?] {
        var values: [String?] = []
        for _ in 0..<(try reader.integer(2)) {
            switch try reader.byte() {
            case UInt8(ascii: "t"), UInt8(ascii: "b"): values.append(try reader.text(try reader.integer(4)))
            default: values.append(nil)
            }
        }
        return values
    }
}

/// Reads a message from its beginning to its end.
private struct MessageReader {
    private let bytes: [UInt8]
    private var place = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { place == bytes.count }

    mutating func skip(_ count: Int) throws(PostgresError) {
        guard count >= 0, bytes.count - place >= count else {
            throw PostgresError(.decoding, "a message of the log is cut short")
        }
        place += count
    }

    mutating func byte() throws(PostgresError) -> UInt8 {
        try skip(1)
        return bytes[place - 1]
    }

    /// A number in network byte order.
    mutating func integer(_ size: Int) throws(PostgresError) -> Int {
        try skip(size)
        return bytes[(place - size)..<place].reduce(0) { $0 << 8 | Int($1) }
    }

    /// A text that ends with a NUL.
    mutating func text() throws(PostgresError) -> String {
        let end = bytes[place...].firstIndex(of: 0) ?? bytes.count
        let text = String(decoding: bytes[place..<end], as: UTF8.self)
        try skip(end - place + 1)
        return text
    }

    mutating func text(_ count: Int) throws(PostgresError) -> String {
        try skip(count)
        return String(decoding: bytes[(place - count)..<place], as: UTF8.self)
    }
}
