/// What came over a wire is not in the form that it has to have there.
package struct WireViolation: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
