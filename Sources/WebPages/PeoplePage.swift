package import HubModel
package import HubWire

/// The people of a workspace; its administrators add them, change their roles and remove them.
package struct PeoplePage: Sendable {
    struct Row: Sendable {
        let id: String
        let name: String
        let initials: String
        let email: String
        let role: String
        let roleLabel: String
        let roles: [Choice]
        let createdAt: String
        let isSelf: Bool
        let tag: String
    }

    private let shell: Shell
    private let users: [Row]
    private let isEmpty: Bool
    private let isAdministrator: Bool
    private let search: String
    private let roles: [Choice]
    private let isFiltered: Bool
    private let pager: Pager
    private let used: Int
    private let most: Int
    private let note: String?
    private let fields: [Field]
    private let isFormOpen: Bool

    private static let choices: [UserRole] = [.user, .tenantAdmin]

    /// - Parameter users: each with the entity tag of what is shown.
    package init(
        shell: Shell,
        users: [(user: UserView, tag: String)],
        search: String?,
        role: UserRole?,
        pager: Pager,
        tenant: TenantView,
        form: FormState = FormState()
    ) {
        self.shell = shell
        self.users = users.map { user, tag in
            Row(
                id: "\(user.id)",
                name: user.fullName,
                initials: Shell.initials(of: user.fullName),
                email: user.email,
                role: user.role.rawValue,
                roleLabel: user.role.label,
                roles: PeoplePage.choices.map {
                    Choice(value: $0.rawValue, label: $0.label, isSelected: $0 == user.role)
                },
                createdAt: "\(user.createdAt)",
                isSelf: "\(user.id)" == shell.account?.id,
                tag: tag
            )
        }
        isEmpty = users.isEmpty
        isAdministrator = shell.account?.isAdministrator ?? false
        self.search = search ?? ""
        isFiltered = search != nil || role != nil
        roles = PeoplePage.choices.map { Choice(value: $0.rawValue, label: $0.label, isSelected: $0 == role) }
        self.pager = pager
        used = tenant.usage.users
        most = tenant.maxUsers
        note = form.note
        isFormOpen = form.problem != nil
        fields = [
            Field("fullName", "Name", .text(type: "text", autocomplete: "off"), longest: 100, form: form, scope: "new"),
            Field("email", "Email", .text(type: "email", autocomplete: "off"), longest: 255, form: form, scope: "new"),
            Field(
                "password",
                "First password",
                .text(type: "password", autocomplete: "new-password"),
                hint: "8 characters or more. They can change it in their settings.",
                form: form,
                scope: "new"
            ),
            Field(
                "role",
                "Role",
                .choice(PeoplePage.choices.map { ($0.rawValue, $0.label) }),
                form: form,
                value: UserRole.user.rawValue,
                scope: "new"
            ),
        ]
    }

    package var markup: String { Templates.render(self, with: "people") }
}
