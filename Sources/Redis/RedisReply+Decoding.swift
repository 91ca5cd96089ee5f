extension RedisReply {
    /// Whether this is the status `OK`.
    package var isOK: Bool { self == .simpleString("OK") }

    /// Whether the server said that there is no such value.
    package var isNull: Bool { self == .null }

    /// The bytes of a bulk or simple string; `nil` for every other kind.
    package var bytes: [UInt8]? {
        switch self {
        case .bulk(let bytes): bytes
        case .simpleString(let text): Array(text.utf8)
        case .error, .integer, .null, .array: nil
        }
    }

    /// The text of a bulk or simple string that is valid UTF-8; `nil` otherwise.
    package var string: String? {
        switch self {
        case .bulk(let bytes): String(validating: bytes, as: UTF8.self)
        case .simpleString(let text): text
        case .error, .integer, .null, .array: nil
        }
    }

    /// The value of an integer, or of a string that is a decimal number; `nil` otherwise.
    package var integer: Int? {
        switch self {
        case .integer(let value): value
        case .bulk, .simpleString: string.flatMap { Int($0) }
        case .error, .null, .array: nil
        }
    }

    /// The elements of an array; `nil` for every other kind.
    package var array: [RedisReply]? {
        switch self {
        case .array(let elements): elements
        case .simpleString, .error, .integer, .bulk, .null: nil
        }
    }

    /// The error line; `nil` for every other kind.
    package var errorLine: String? {
        switch self {
        case .error(let line): line
        case .simpleString, .integer, .bulk, .null, .array: nil
        }
    }
}
