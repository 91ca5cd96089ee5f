package import HubWire

/// The page after a workspace has been made: where it is.
package struct SignedUpPage: Sendable {
    private let shell: Shell
    private let name: String
    private let url: String
    private let email: String

    package init(answer: RegisterTenantAnswer) {
        shell = Shell(title: "\(answer.tenant.name) is ready")
        name = answer.tenant.name
        url = answer.url
        email = answer.user.email
    }

    package var markup: String { Templates.render(self, with: "signed-up") }
}
