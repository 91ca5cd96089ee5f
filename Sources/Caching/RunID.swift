/// The `run_id` of a Redis server: another one after each start.
package struct RunID: RawRepresentable, Hashable, Sendable {
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }
}
