extension SiteFiles {
    /// Every file of `Templates`, by its name without the ending.
    static let builtTemplates: [(name: String, bytes: [UInt8])] = [
        ("apex", PackageResources.apex_mustache),
        ("audit", PackageResources.audit_mustache),
        ("dashboard", PackageResources.dashboard_mustache),
        ("field", PackageResources.field_mustache),
        ("furniture", PackageResources.furniture_mustache),
        ("head", PackageResources.head_mustache),
        ("help-button", PackageResources.help_button_mustache),
        ("impersonation", PackageResources.impersonation_mustache),
        ("layout", PackageResources.layout_mustache),
        ("meter", PackageResources.meter_mustache),
        ("pager", PackageResources.pager_mustache),
        ("people", PackageResources.people_mustache),
        ("plain", PackageResources.plain_mustache),
        ("problem", PackageResources.problem_mustache),
        ("project", PackageResources.project_mustache),
        ("projects", PackageResources.projects_mustache),
        ("settings", PackageResources.settings_mustache),
        ("sign-in", PackageResources.sign_in_mustache),
        ("signed-up", PackageResources.signed_up_mustache),
        ("task", PackageResources.task_mustache),
        ("task-card", PackageResources.task_card_mustache),
        ("task-row", PackageResources.task_row_mustache),
    ]

    /// Every file of `Assets`.
    static let builtAssets: [(name: String, bytes: [UInt8])] = [
        ("api.js", PackageResources.api_js),
        ("board.js", PackageResources.board_js),
        ("favicon.svg", PackageResources.favicon_svg),
        ("forms.js", PackageResources.forms_js),
        ("keys.js", PackageResources.keys_js),
        ("live.js", PackageResources.live_js),
        ("locale.js", PackageResources.locale_js),
        ("notices.js", PackageResources.notices_js),
        ("refresh.js", PackageResources.refresh_js),
        ("shell.js", PackageResources.shell_js),
        ("task.js", PackageResources.task_js),
        ("workspace.css", PackageResources.workspace_css),
        ("workspace.js", PackageResources.workspace_js),
    ]
}
