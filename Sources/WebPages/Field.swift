/// One labelled input of a form, with what was typed before and what was wrong with it; drawn by the template `field`.
package struct Field: Sendable {
    package enum Kind: Sendable {
        case text(type: String, autocomplete: String)
        case area
        case choice([(value: String, label: String)])
    }

    struct Option: Sendable {
        let value: String
        let label: String
        let isSelected: Bool
    }

    let name: String
    /// Unique on the page.
    let id: String
    let label: String
    let hint: String?
    let isRequired: Bool
    let longest: Int?
    let type: String
    let autocomplete: String
    let isArea: Bool
    let isChoice: Bool
    let options: [Option]
    /// What was typed; never a password.
    let value: String
    /// What was wrong.
    let message: String?

    /// - Parameters:
    ///   - form: what was typed before.
    ///   - value: what stands in a fresh form.
    ///   - scope: sets the ids apart from those of another form on the page.
    package init(
        _ name: String,
        _ label: String,
        _ kind: Kind,
        hint: String? = nil,
        isRequired: Bool = true,
        longest: Int? = nil,
        form: FormState = FormState(),
        value: String? = nil,
        scope: String = "f"
    ) {
        self.name = name
        self.label = label
        self.hint = hint
        self.isRequired = isRequired
        self.longest = longest
        id = "\(scope)-\(name)"
        message = form.message(for: name)
        let typed = form.values[name] ?? value ?? ""
        switch kind {
        case .text(let type, let autocomplete):
            (self.type, self.autocomplete, options) = (type, autocomplete, [])
            (isArea, isChoice) = (false, false)
            self.value = type == "password" ? "" : typed
        case .area:
            (type, autocomplete, options) = ("text", "off", [])
            (isArea, isChoice) = (true, false)
            self.value = typed
        case .choice(let choices):
            (type, autocomplete) = ("text", "off")
            (isArea, isChoice) = (false, true)
            self.value = typed
            options = choices.map { Option(value: $0.value, label: $0.label, isSelected: $0.value == typed) }
        }
    }
}
