import HubWire

/// One labelled input of a form, with what was typed before and what was wrong with it.
struct Field {
    enum Kind {
        case text(type: String, autocomplete: String)
        case area
        case choice([(value: String, label: String)])
    }

    let name: String
    let label: String
    let kind: Kind
    var hint: String?
    var isRequired = true
    var longest: Int?

    func markup(in state: FormState) -> HTML {
        let message = state.message(for: name)
        let value = state.values[name] ?? ""
        let describedBy: HTML? = message == nil ? nil : " aria-invalid=\"true\" aria-describedby=\"\(name)-wrong\""
        let required: HTML? = isRequired ? " required" : nil
        let longest: HTML? = longest.map { " maxlength=\"\($0)\"" }
        let hint: HTML? = hint.map { "<small>\($0)</small>" }
        let wrong: HTML? = message.map { "<span class=\"wrong\" id=\"\(name)-wrong\">\($0)</span>" }
        let input: HTML
        switch kind {
        case .text(let type, let autocomplete):
            // A password is never sent back.
            let shown = type == "password" ? "" : value
            input =
                "<input name=\"\(name)\" type=\"\(type)\" autocomplete=\"\(autocomplete)\" value=\"\(shown)\"\(longest)\(required)\(describedBy)>"
        case .area:
            input = "<textarea name=\"\(name)\"\(longest)\(required)\(describedBy)>\n\(value)</textarea>"
        case .choice(let options):
            let choices = options.map { option -> HTML in
                let selected: HTML? = option.value == value ? " selected" : nil
                return "<option value=\"\(option.value)\"\(selected)>\(option.label)</option>"
            }
            input = "<select name=\"\(name)\"\(required)\(describedBy)>\(choices)</select>"
        }
        return "<label>\(label)\(input)\(hint)\(wrong)</label>"
    }
}
