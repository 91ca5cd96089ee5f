/// What an update does to one field that may be empty.
package enum FieldChange<Value> {
    /// The field was not mentioned.
    case keep
    case set(Value)
    case clear

    /// The value after the change.
    package func applied(to present: Value?) -> Value? {
        switch self {
        case .keep: present
        case .set(let value): value
        case .clear: nil
        }
    }
}

extension FieldChange: Sendable where Value: Sendable {}
extension FieldChange: Equatable where Value: Equatable {}
