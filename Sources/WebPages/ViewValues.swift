import Mustache

/// The stored properties of views as dictionaries.
///
/// A template looks a name up in the innermost view and then in each around it. By reflection that took most of a page's
/// time, since each look-up reflected all properties of all of them; so each view is reflected once, before.
enum ViewValues {
    /// - Returns: a dictionary for a view, an array of what its elements become for a list; anything else as it is. What is
    ///   nil is left out, as a template takes it.
    static func of(_ value: Any) -> Any {
        switch value {
        case is String, is Bool, is Int, is any MustacheParent: return value
        default: break
        }
        let mirror = Mirror(reflecting: value)
        switch mirror.displayStyle {
        case .struct:
            var values: [String: Any] = [:]
            for (label, child) in mirror.children {
                guard let label, let present = unwrapped(child) else { continue }
                values[label] = of(present)
            }
            return values
        case .collection:
            return mirror.children.map { of($0.value) }
        default:
            return value
        }
    }

    // MARK: - Private

    private static func unwrapped(_ value: Any) -> Any? {
        switch value {
        case is String, is Bool, is Int: return value
        default: break
        }
        let mirror = Mirror(reflecting: value)
        guard mirror.displayStyle == .optional else { return value }
        return mirror.children.first?.value
    }
}
