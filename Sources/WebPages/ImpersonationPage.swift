/// The page behind a super admin's one-use link: it asks before it opens the session, since a browser or a mail program
/// may fetch a link by itself.
package struct ImpersonationPage: Sendable {
    private let shell: Shell
    private let workspace: String
    private let ticket: String
    private let note: String?

    package init(workspace: String, ticket: String, form: FormState = FormState()) {
        shell = Shell(title: "Act as an administrator · \(workspace)", brand: workspace)
        self.workspace = workspace
        self.ticket = ticket
        note = form.note
    }

    package var markup: String { Templates.render(self, with: "impersonation") }
}
