/// One entry of the topology's `limits`.
package struct Limit: Sendable {
    /// Its key below `limits`, such as `newTenant.maxUsers`.
    package let key: String
    package let property: any WritableKeyPath<Limits, Int> & Sendable
    package let unit: String
    package let range: ClosedRange<Int>
    /// What is at most that many.
    package let meaning: String

    init(
        _ key: String,
        _ property: any WritableKeyPath<Limits, Int> & Sendable,
        _ unit: String,
        _ range: ClosedRange<Int>,
        _ meaning: String
    ) {
        self.key = key
        self.property = property
        self.unit = unit
        self.range = range
        self.meaning = meaning
    }

    package var defaultValue: Int { Limits()[keyPath: property] }
}
