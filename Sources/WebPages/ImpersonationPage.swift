/// The page behind a super admin's one-use link: it asks before it opens the session, since a browser or a mail program
/// may fetch a link by itself.
package struct ImpersonationPage {
    private let workspace: String
    private let ticket: String
    private let form: FormState

    package init(workspace: String, ticket: String, form: FormState = FormState()) {
        self.workspace = workspace
        self.ticket = ticket
        self.form = form
    }

    package var markup: String {
        let content: HTML = """
            <section class="card">
            <div class="stack"><h1>Act as an administrator</h1><p class="soft">of \(workspace)</p></div>
            \(form.note)
            <p>What you do in this workspace is recorded with your name, for its own people to see. The session ends
            within an hour.</p>
            <form method="post" action="/impersonate">
            <input type="hidden" name="ticket" value="\(ticket)">
            <button type="submit">Open the workspace</button>
            </form>
            </section>
            """
        return Layout(title: "Act as an administrator · \(workspace)", brand: workspace, isNarrow: true).page(content)
    }
}
