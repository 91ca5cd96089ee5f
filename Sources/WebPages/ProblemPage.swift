package import HubWire

/// A problem document as a page, for a browser that asked for one.
package struct ProblemPage {
    private let problem: Problem
    private let requestID: String

    package init(problem: Problem, requestID: String) {
        self.problem = problem
        self.requestID = requestID
    }

    package var markup: String {
        let content: HTML = """
            <section class="card">
            <p class="soft">\(problem.status)</p>
            <h1>\(problem.title)</h1>
            <p>\(problem.detail ?? "")</p>
            <p><a href="/">Go to the start page</a></p>
            <p class="soft">Request <code>\(requestID)</code></p>
            </section>
            """
        return Layout(title: problem.title, brand: "Workspace Hub", isNarrow: true).page(content)
    }
}
