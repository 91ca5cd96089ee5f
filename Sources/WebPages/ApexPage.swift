import HubModel
package import HubWire

/// The page of the apex host: what the hub is, and the form that makes a workspace.
package struct ApexPage {
    private let regions: [RegionView]
    private let baseDomain: String
    private let form: FormState

    package init(regions: [RegionView], baseDomain: String, form: FormState = FormState()) {
        self.regions = regions
        self.baseDomain = baseDomain
        self.form = form
    }

    package var markup: String {
        let fields = [
            Field(
                name: "tenantName",
                label: "Name of your organisation",
                kind: .text(type: "text", autocomplete: "organization"),
                longest: 100
            ),
            Field(
                name: "subdomain",
                label: "Address",
                kind: .text(type: "text", autocomplete: "off"),
                hint: "Your workspace will be at this name, then .\(baseDomain)",
                longest: 50
            ),
            Field(
                name: "region",
                label: "Where your data is kept",
                kind: .choice(regions.map { ($0.id.rawValue, $0.name) })
            ),
            Field(
                name: "adminFullName",
                label: "Your name",
                kind: .text(type: "text", autocomplete: "name"),
                longest: 100
            ),
            Field(
                name: "adminEmail",
                label: "Your email",
                kind: .text(type: "email", autocomplete: "email"),
                longest: 255
            ),
            Field(
                name: "adminPassword",
                label: "Password",
                kind: .text(type: "password", autocomplete: "new-password"),
                hint: "8 characters or more"
            ),
        ]
        let content: HTML = """
            <div class="split">
            <div class="stack">
            <h1>One hub, a workspace for every organisation</h1>
            <p class="lead">Projects, tasks and people in a workspace of your own, at an address of your own. Your data
            stays in the region you choose, apart from everybody else’s.</p>
            <section class="card">
            <h2>Regions</h2>
            <ul class="list">\(regions.map { region -> HTML in "<li>\(region.name)</li>" })</ul>
            </section>
            <section class="card">
            <h2>For scripts and operators</h2>
            <ul class="list">
            <li><a href="/api/regions">Regions</a> <span class="soft">as JSON</span></li>
            <li><a href="/health">Health of this process</a></li>
            <li><a href="/ready">Readiness of this process</a></li>
            </ul>
            </section>
            </div>
            <section class="card">
            <h2>Create a workspace</h2>
            \(form.note)
            <form method="post" action="/sign-up">
            \(fields.map { $0.markup(in: form) })
            <button type="submit">Create workspace</button>
            </form>
            </section>
            </div>
            """
        return Layout(title: "Workspace Hub", brand: "Workspace Hub").page(content)
    }
}
