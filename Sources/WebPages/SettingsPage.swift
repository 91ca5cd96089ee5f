import HubModel
package import HubWire

/// The settings of a workspace and of one's own account.
package struct SettingsPage: Sendable {
    /// Where the person is signed in.
    struct Session: Sendable {
        let id: String
        let address: String
        let createdAt: String
        let lastUsedAt: String
        let isCurrent: Bool
        /// The super admin who acts as the person in it, if one does.
        let operatorEmail: String?
    }

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
    private let sessions: [Session]
    private let hasOtherSessions: Bool
    /// How many sessions are not shown.
    private let furtherSessions: Int?

    /// - Parameters:
    ///   - tag: the entity tag of the tenant as the API shows it.
    ///   - sessions: those that were used last, and how many there are.
    ///   - form: of a password that could not be changed.
    package init(
        shell: Shell,
        tenant: TenantView,
        tag: String,
        user: UserView,
        region: String,
        sessions: (items: [SessionView], total: Int),
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
        // The one that looks comes first, however late the others were used.
        self.sessions = (sessions.items.filter(\.isCurrent) + sessions.items.filter { !$0.isCurrent }).map { session in
            Session(
                id: "\(session.id)",
                address: session.clientAddress ?? "An unknown address",
                createdAt: "\(session.createdAt)",
                lastUsedAt: "\(session.lastUsedAt)",
                isCurrent: session.isCurrent,
                operatorEmail: session.impersonatedBy?.email.rawValue
            )
        }
        hasOtherSessions = sessions.total > 1
        furtherSessions = sessions.total > sessions.items.count ? sessions.total - sessions.items.count : nil
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
