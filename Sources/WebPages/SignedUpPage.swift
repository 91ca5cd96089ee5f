package import HubWire

/// The page after a workspace has been made: where it is.
package struct SignedUpPage {
    private let answer: RegisterTenantAnswer

    package init(answer: RegisterTenantAnswer) {
        self.answer = answer
    }

    package var markup: String {
        let content: HTML = """
            <section class="card">
            <p class="note good" role="status">The workspace is ready.</p>
            <h1>\(answer.tenant.name)</h1>
            <p>It is at <a href="\(answer.url)">\(answer.url)</a>. Sign in there as <strong>\(answer.user.email)</strong>
            with the password you have just chosen.</p>
            </section>
            """
        return Layout(title: "\(answer.tenant.name) is ready", brand: "Workspace Hub", isNarrow: true).page(content)
    }
}
