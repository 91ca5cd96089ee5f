package import HubWire

/// A problem document as a page, for a browser that asked for one.
package struct ProblemPage: Sendable {
    private let shell: Shell
    private let status: Int
    private let title: String
    private let detail: String?
    private let requestID: String

    package init(problem: Problem, requestID: String) {
        shell = Shell(title: problem.title)
        status = problem.status
        title = problem.title
        detail = problem.detail
        self.requestID = requestID
    }

    package var markup: String { Templates.render(self, with: "problem") }
}
