package import HubWire

/// A form that did not succeed: what was typed, and what was wrong.
package struct FormState: Sendable {
    package var values: [String: String]
    /// Why, as a whole; nil for a fresh form.
    package var problem: Problem?

    package init(values: [String: String] = [:], problem: Problem? = nil) {
        self.values = values
        self.problem = problem
    }

    func message(for field: String) -> String? {
        problem?.errors?.first { $0.field == field }?.message
    }

    /// The sentence above the form: the problem's own, or a pointer to the fields.
    var note: String? {
        guard let problem else { return nil }
        return problem.errors?.isEmpty == false ? "Some fields need another look." : problem.detail ?? problem.title
    }
}
