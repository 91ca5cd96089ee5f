/// Decodes a sample of any type of the wire out of nothing, and takes down what the type asks for.
struct SchemaDecoder: Decoder {
    let recorder: SchemaRecorder

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        recorder.beginObject()
        return KeyedDecodingContainer(SchemaMembers(recorder: recorder))
    }

    func unkeyedContainer() -> any UnkeyedDecodingContainer {
        recorder.beginList()
        return SchemaItems(recorder: recorder)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer {
        SchemaValue(recorder: recorder)
    }
}

/// The members of an object: each that is asked for is there.
private struct SchemaMembers<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let recorder: SchemaRecorder

    var codingPath: [any CodingKey] { [] }

    var allKeys: [Key] {
        recorder.beginMap()
        return [Key(stringValue: "name")].compactMap(\.self)
    }

    func contains(_ key: Key) -> Bool { true }

    func decodeNil(forKey key: Key) -> Bool {
        recorder.mayBeNull(key.stringValue)
        return false
    }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try recorder.sample(type, member: key.stringValue)
    }

    // An optional member is left out of the JSON when it has no value. Each overload is a requirement of its own.

    func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
        recorder.mayBeAbsent(key.stringValue)
        return try decode(type, forKey: key)
    }

    func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? {
        recorder.mayBeAbsent(key.stringValue)
        return try decode(type, forKey: key)
    }

    func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? {
        recorder.mayBeAbsent(key.stringValue)
        return try decode(type, forKey: key)
    }

    func decodeIfPresent(_ type: Double.Type, forKey key: Key) throws -> Double? {
        recorder.mayBeAbsent(key.stringValue)
        return try decode(type, forKey: key)
    }

    func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? {
        recorder.mayBeAbsent(key.stringValue)
        return try decode(type, forKey: key)
    }

    func decodeIfPresent(_ type: Int64.Type, forKey key: Key) throws -> Int64? {
        recorder.mayBeAbsent(key.stringValue)
        return try decode(type, forKey: key)
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) throws
        -> KeyedDecodingContainer<Nested>
    {
        throw unsupported(key)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { throw unsupported(key) }

    func superDecoder() throws -> any Decoder { throw unsupported(nil) }

    func superDecoder(forKey key: Key) throws -> any Decoder { throw unsupported(key) }

    private func unsupported(_ key: Key?) -> DecodingError {
        .dataCorrupted(.init(codingPath: [], debugDescription: "'\(key?.stringValue ?? "super")' is read by hand"))
    }
}

/// The items of a list: exactly one.
private struct SchemaItems: UnkeyedDecodingContainer {
    let recorder: SchemaRecorder
    private(set) var currentIndex = 0

    init(recorder: SchemaRecorder) {
        self.recorder = recorder
    }

    var codingPath: [any CodingKey] { [] }
    var count: Int? { 1 }
    var isAtEnd: Bool { currentIndex == 1 }

    func decodeNil() -> Bool { false }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        currentIndex += 1
        return try recorder.sample(type, member: "item")
    }

    func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        throw unsupported
    }

    func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { throw unsupported }

    func superDecoder() throws -> any Decoder { throw unsupported }

    private var unsupported: DecodingError {
        .dataCorrupted(.init(codingPath: [], debugDescription: "a list is read by hand"))
    }
}

/// A type that is one value of another.
private struct SchemaValue: SingleValueDecodingContainer {
    let recorder: SchemaRecorder

    var codingPath: [any CodingKey] { [] }

    func decodeNil() -> Bool { false }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try recorder.sample(type) }
}
