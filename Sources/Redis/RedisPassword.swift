/// A password that no description, mirror or dump of a value containing it shows.
package struct RedisPassword: Sendable, Hashable {
    let text: String

    package init(_ text: String) {
        self.text = text
    }
}

extension RedisPassword: ExpressibleByStringLiteral {
    package init(stringLiteral value: String) {
        self.init(value)
    }
}

extension RedisPassword: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "(hidden)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
