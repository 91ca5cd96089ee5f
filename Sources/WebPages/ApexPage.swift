import HubModel
package import HubWire

/// The page of the apex host: what the hub is, and the form that makes a workspace.
package struct ApexPage: Sendable {
    private let shell: Shell
    /// `Asia, Europe or the United States`.
    private let regionNames: String
    private let baseDomain: String
    private let note: String?
    private let fields: [Field]

    package init(regions: [RegionView], baseDomain: String, form: FormState = FormState()) {
        shell = Shell(
            title: "Workspace Hub",
            styles: ["apex.css"],
            entry: "sign-up.js",
            modules: Shell.coreModules + ["shell.js"]
        )
        let names = regions.map(\.name)
        regionNames =
            names.count > 1
            ? "\(names.dropLast().joined(separator: ", ")) or \(names[names.count - 1])" : names.joined()
        self.baseDomain = baseDomain
        note = form.note
        fields = [
            Field(
                "tenantName",
                "Name of your organisation",
                .text(type: "text", autocomplete: "organization"),
                longest: 100,
                form: form
            ),
            Field(
                "subdomain",
                "Address",
                .text(type: "text", autocomplete: "off"),
                hint: "Your workspace will be at this name, then .\(baseDomain)",
                longest: 50,
                form: form
            ),
            Field("region", "Where your data is kept", .choice(regions.map { ($0.id.rawValue, $0.name) }), form: form),
            Field("adminFullName", "Your name", .text(type: "text", autocomplete: "name"), longest: 100, form: form),
            Field("adminEmail", "Your email", .text(type: "email", autocomplete: "email"), longest: 255, form: form),
            Field(
                "adminPassword",
                "Password",
                .text(type: "password", autocomplete: "new-password"),
                hint: "8 characters or more",
                form: form
            ),
        ]
    }

    package var markup: String { Templates.render(self, with: "apex") }
}
