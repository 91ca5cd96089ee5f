/// One option of a menu.
package struct Choice: Sendable {
    let value: String
    let label: String
    let isSelected: Bool

    package init(value: String, label: String, isSelected: Bool) {
        self.value = value
        self.label = label
        self.isSelected = isSelected
    }
}
