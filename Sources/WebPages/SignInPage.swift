/// The page of a workspace for somebody who is not signed in.
package struct SignInPage: Sendable {
    private let shell: Shell
    private let workspace: String
    private let region: String
    private let note: String?
    private let fields: [Field]
    /// Where to go after signing in: the page that was asked for.
    private let next: String

    /// - Parameter next: the path and query to go to afterwards.
    package init(workspace: String, region: String, next: String = "/", form: FormState = FormState()) {
        shell = Shell(title: "Sign in · \(workspace)", brand: workspace)
        self.workspace = workspace
        self.region = region
        self.next = next
        note = form.note
        fields = [
            Field("email", "Email", .text(type: "email", autocomplete: "username"), form: form),
            Field("password", "Password", .text(type: "password", autocomplete: "current-password"), form: form),
        ]
    }

    package var markup: String { Templates.render(self, with: "sign-in") }
}
