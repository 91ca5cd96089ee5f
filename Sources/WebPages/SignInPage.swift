/// The page of a workspace for somebody who is not signed in.
package struct SignInPage {
    private let workspace: String
    private let region: String
    private let form: FormState

    package init(workspace: String, region: String, form: FormState = FormState()) {
        self.workspace = workspace
        self.region = region
        self.form = form
    }

    package var markup: String {
        let email = Field(name: "email", label: "Email", kind: .text(type: "email", autocomplete: "username"))
        let password = Field(
            name: "password",
            label: "Password",
            kind: .text(type: "password", autocomplete: "current-password")
        )
        let content: HTML = """
            <section class="card">
            <div class="stack"><h1>Sign in</h1><p class="soft">to \(workspace)</p></div>
            \(form.note)
            <form method="post" action="/sign-in">
            \(email.markup(in: form))
            \(password.markup(in: form))
            <button type="submit">Sign in</button>
            </form>
            </section>
            <p class="soft">Your data is kept in: \(region)</p>
            """
        return Layout(title: "Sign in · \(workspace)", brand: workspace, isNarrow: true).page(content)
    }
}
