/// One argument of a command: bytes of any content, sent with their length, so that nothing in them needs quoting.
package struct RedisArgument: Sendable, Hashable {
    enum Storage: Sendable, Hashable {
        case text(String)
        case bytes([UInt8])
    }

    let storage: Storage

    package init(_ text: String) {
        self.storage = .text(text)
    }

    package init(_ bytes: [UInt8]) {
        self.storage = .bytes(bytes)
    }

    package init(_ number: some BinaryInteger) {
        self.storage = .text(String(number))
    }
}

extension RedisArgument: ExpressibleByStringInterpolation {
    package init(stringLiteral value: String) {
        self.init(value)
    }
}

extension RedisArgument: ExpressibleByIntegerLiteral {
    package init(integerLiteral value: Int) {
        self.init(value)
    }
}
