/// The page where super admins sign in.
package struct ConsoleSignInPage: Sendable {
    private let shell: Shell
    private let note: String?
    private let fields: [Field]
    private let next: String

    /// - Parameter next: the path and query to go to afterwards.
    package init(next: String, form: FormState = FormState()) {
        shell = Shell(title: "Sign in · Console", brand: "Hub console", styles: ["console.css"])
        note = form.note
        self.next = next
        fields = [
            Field("email", "Email", .text(type: "email", autocomplete: "username"), form: form),
            Field("password", "Password", .text(type: "password", autocomplete: "current-password"), form: form),
        ]
    }

    package var markup: String { Templates.render(self, with: "console-sign-in") }
}
