package import HubWire

/// The settings of a workspace and of one's own account.
package struct SettingsPage: Sendable {
    private let shell: Shell
    private let isAdministrator: Bool
    private let tenantID: String
    private let tenantTag: String
    private let name: String
    private let subdomain: String
    private let region: String
    private let meters: [DashboardPage.Meter]
    private let taskCount: Int
    private let nameFields: [Field]
    private let userID: String
    private let accountFields: [Field]
    private let email: String
    private let roleLabel: String
    private let passwordNote: String?
    private let isPasswordChanged: Bool
    private let passwordFields: [Field]

    /// - Parameters:
    ///   - tag: the entity tag of the tenant as the API shows it.
    ///   - form: of a password that could not be changed.
    package init(
        shell: Shell,
        tenant: TenantView,
        tag: String,
        user: UserView,
        region: String,
        isPasswordChanged: Bool = false,
        form: FormState = FormState()
    ) {
        self.shell = shell
        isAdministrator = shell.account?.isAdministrator ?? false
        tenantID = "\(tenant.id)"
        tenantTag = tag
        name = tenant.name
        subdomain = "\(tenant.subdomain)"
        self.region = region
        meters = [
            DashboardPage.Meter("People", tenant.usage.users, of: tenant.maxUsers),
            DashboardPage.Meter("Projects", tenant.usage.projects, of: tenant.maxProjects),
        ]
        taskCount = tenant.usage.tasks
        nameFields = [
            Field(
                "name",
                "Name of the workspace",
                .text(type: "text", autocomplete: "organization"),
                longest: 100,
                value: tenant.name,
                scope: "workspace"
            )
        ]
        userID = "\(user.id)"
        email = user.email
        roleLabel = user.role.label
        accountFields = [
            Field(
                "fullName",
                "Your name",
                .text(type: "text", autocomplete: "name"),
                longest: 100,
                value: user.fullName,
                scope: "account"
            )
        ]
        passwordNote = form.note
        self.isPasswordChanged = isPasswordChanged
        passwordFields = [
            Field(
                "currentPassword",
                "Current password",
                .text(type: "password", autocomplete: "current-password"),
                form: form,
                scope: "password"
            ),
            Field(
                "newPassword",
                "New password",
                .text(type: "password", autocomplete: "new-password"),
                hint: "8 characters or more. Your other sessions end.",
                form: form,
                scope: "password"
            ),
        ]
    }

    package var markup: String { Templates.render(self, with: "settings") }
}
