import HubModel
package import HubWire

/// The page of a workspace for somebody who is signed in: its projects, and a form for a new one.
package struct ProjectsPage {
    private let user: UserView
    private let impersonatedBy: String?
    private let tenant: TenantView
    private let region: String
    private let projects: Page<ProjectView>
    private let form: FormState

    /// - Parameter impersonatedBy: the email of the super admin who acts as the user, if one does.
    package init(
        user: UserView,
        impersonatedBy: String? = nil,
        tenant: TenantView,
        region: String,
        projects: Page<ProjectView>,
        form: FormState = FormState()
    ) {
        self.user = user
        self.impersonatedBy = impersonatedBy
        self.tenant = tenant
        self.region = region
        self.projects = projects
        self.form = form
    }

    package var markup: String {
        let barEnd: HTML = """
            <span class="soft">\(user.fullName)</span>
            <form method="post" action="/sign-out"><button class="quiet" type="submit">Sign out</button></form>
            """
        let warning: HTML? = impersonatedBy.map {
            "<p class=\"note\" role=\"status\">\($0) acts as \(user.fullName): all that is done is recorded under both names.</p>"
        }
        let content: HTML = """
            \(warning)
            <div class="heading"><h1>Projects</h1><span class="soft">\(projects.total) in all</span></div>
            <div class="split">
            <div class="stack">\(list)\(pager)</div>
            <aside class="stack">\(newProject)\(facts)</aside>
            </div>
            """
        return Layout(title: "Projects · \(tenant.name)", brand: tenant.name, barEnd: barEnd).page(content)
    }

    // MARK: - Private

    private var list: HTML {
        guard !projects.items.isEmpty else {
            return "<p class=\"empty\">No project yet. The first one starts with its name.</p>"
        }
        let items = projects.items.map { project -> HTML in
            let description: HTML? = project.description.map { "<p>\($0)</p>" }
            let by = project.createdBy.map { " · by \($0.fullName)" } ?? ""
            return """
                <li class="item">
                <div class="heading"><h2>\(project.name)</h2>\(pill(project.status))</div>
                \(description)
                \(progress(of: project))
                <p class="soft">\(project.completedTaskCount) of \(project.taskCount) tasks done\(by)</p>
                </li>
                """
        }
        return "<ul class=\"list\">\(items)</ul>"
    }

    private func pill(_ status: WorkStatus) -> HTML {
        let label =
            switch status {
            case .notStarted: "Not started"
            case .inProgress: "In progress"
            case .completed: "Completed"
            }
        return "<span class=\"pill \(status.rawValue)\">\(label)</span>"
    }

    private func progress(of project: ProjectView) -> HTML? {
        guard project.taskCount > 0 else { return nil }
        return
            "<progress max=\"\(project.taskCount)\" value=\"\(project.completedTaskCount)\" aria-label=\"Tasks done\"></progress>"
    }

    private var pager: HTML? {
        let previous: HTML? =
            projects.offset == 0
            ? nil : "<a rel=\"prev\" href=\"/?offset=\(max(0, projects.offset - projects.limit))\">Newer</a>"
        let next: HTML? =
            projects.offset + projects.limit >= projects.total
            ? nil : "<a rel=\"next\" href=\"/?offset=\(projects.offset + projects.limit)\">Older</a>"
        guard previous != nil || next != nil else { return nil }
        return "<nav class=\"pager\" aria-label=\"Pages\"><span>\(previous)</span><span>\(next)</span></nav>"
    }

    private var newProject: HTML {
        let name = Field(name: "name", label: "Name", kind: .text(type: "text", autocomplete: "off"), longest: 200)
        let description = Field(name: "description", label: "Description", kind: .area, isRequired: false)
        return """
            <section class="card">
            <h2>New project</h2>
            \(form.note)
            <form method="post" action="/projects">
            \(name.markup(in: form))
            \(description.markup(in: form))
            <button type="submit">Create project</button>
            </form>
            </section>
            """
    }

    private var facts: HTML {
        """
        <section class="card">
        <h2>This workspace</h2>
        <dl class="facts">
        <dt>Region</dt><dd>\(region)</dd>
        <dt>People</dt><dd>\(tenant.usage.users) of \(tenant.maxUsers)</dd>
        <dt>Projects</dt><dd>\(tenant.usage.projects) of \(tenant.maxProjects)</dd>
        <dt>Tasks</dt><dd>\(tenant.usage.tasks)</dd>
        </dl>
        </section>
        """
    }
}
