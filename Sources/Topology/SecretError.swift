/// Why a secret cannot be had: one sentence that names both places it may be in.
package struct SecretError: Error, Hashable, CustomStringConvertible {
    package enum Code: String, CaseIterable, Sendable {
        case missing
        case unreadable
        case empty
    }

    package let code: Code
    package let name: SecretName
    /// Where it was looked for.
    package let place: String

    package var description: String {
        let found =
            switch code {
            case .missing: "there is none"
            case .unreadable: "that file cannot be read"
            case .empty: "it is empty"
            }
        return "secret \(name.text) (\(name.meaning)): expected it in \(place), but \(found)"
    }
}
