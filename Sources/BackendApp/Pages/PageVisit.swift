import HubModel
import HubWeb
import HubWire
import Hummingbird
import ShardStore
import Topology
import WebPages

/// Somebody who is signed in looks at a page.
struct PageVisit: Sendable {
    let request: Request
    let context: TenantWebContext
    let person: Person
    let settings: TenantSettings
    let region: RegionDescription
    /// Up to where in the tenant's event log the page knows everything; nil when it cannot tell, since the cache has told
    /// a part of it.
    let since: EventPosition?

    /// The entries of the navigation.
    enum Place: CaseIterable {
        case home
        case projects
        case people
        case audit
        case settings
    }

    var tenant: TenantView { TenantView(settings, region: region.id) }
    var user: UserView { UserView(person.user, tenant: settings.id) }

    func shell(_ title: String, at place: Place) -> Shell {
        Shell(
            title: "\(title) · \(settings.name)",
            brand: settings.name,
            links: Place.allCases.filter { $0 != .audit || person.isAdministrator }.map {
                $0.link(isCurrent: $0 == place)
            },
            account: Shell.Account(
                id: "\(person.user.id)",
                name: person.user.fullName,
                email: person.user.email.rawValue,
                isAdministrator: person.isAdministrator,
                impersonatedBy: person.impersonator?.email.rawValue
            ),
            entry: "workspace.js",
            modules: Shell.coreModules + ["board.js", "live.js", "refresh.js", "shell.js", "task.js"],
            isLive: true,
            since: since.map { "\($0)" }
        )
    }

    /// A page's query, in which a form's empty fields are the same as absent ones.
    static func query(of request: Request) -> QueryReader { QueryReader(request, ignoringBlanks: true) }

    func row(_ project: ProjectRecord) throws -> ProjectRow {
        let view = ProjectView(project)
        let mayChange = person.isAdministrator || project.createdBy?.id == person.user.id
        return ProjectRow(view, tag: try PageVisit.tag(of: view), mayChange: mayChange)
    }

    func row(_ task: TaskRecord, project: String? = nil) throws -> TaskRow {
        let view = TaskView(task)
        return TaskRow(view, tag: try PageVisit.tag(of: view), project: project)
    }

    /// The entity tag with which the API shows an object.
    static func tag(of view: some Encodable) throws -> String {
        EntityTag(of: try WireJSON.encode(view)).description
    }
}

extension PageVisit.Place {
    fileprivate func link(isCurrent: Bool) -> Shell.Link {
        switch self {
        case .home: Shell.Link(href: "/", label: "Home", icon: "home", isCurrent: isCurrent)
        case .projects: Shell.Link(href: "/projects", label: "Projects", icon: "projects", isCurrent: isCurrent)
        case .people: Shell.Link(href: "/people", label: "People", icon: "people", isCurrent: isCurrent)
        case .audit: Shell.Link(href: "/audit", label: "Audit log", icon: "audit", isCurrent: isCurrent)
        case .settings: Shell.Link(href: "/settings", label: "Settings", icon: "settings", isCurrent: isCurrent)
        }
    }
}
