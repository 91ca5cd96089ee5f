/// Why a topology file is refused: one sentence that names the file, the key, what was expected and what was found.
package struct TopologyError: Error, Hashable, CustomStringConvertible {
    package enum Code: String, CaseIterable, Sendable {
        case missingFile
        case unreadableFile
        case malformedYAML
        case unknownKey
        case missingKey
        case wrongType
        case invalidValue
        case unsetVariable
        /// Two parts of the file contradict each other.
        case inconsistent
        /// The name a process was started with is not in the file.
        case unknownProcess
    }

    package let code: Code
    package let file: String
    /// Counted from 1; nil when the file as a whole is meant.
    package let line: Int?
    /// Dotted, such as `backends.backend-us-1.shard`; empty for the file as a whole.
    package let key: String
    /// "expected …, found …".
    package let message: String

    package init(code: Code, file: String, line: Int? = nil, key: String = "", message: String) {
        self.code = code
        self.file = file
        self.line = line
        self.key = key
        self.message = message
    }

    package var description: String {
        let place = line.map { "\(file):\($0)" } ?? file
        return key.isEmpty ? "\(place): \(message)" : "\(place): \(key): \(message)"
    }
}
