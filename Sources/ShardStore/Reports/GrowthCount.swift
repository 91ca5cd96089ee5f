/// How many things of one kind were made in one step of a window.
package struct GrowthCount: Hashable, Sendable {
    package enum Kind: String, Sendable {
        case tenants
        case users
        case projects
        case tasks
    }

    package let kind: Kind
    /// The first day of the step, `2026-11-26`.
    package let date: String
    package let count: Int
}
