import HubModel
import HubWire

/// The pages of the operators' console that the navigation has.
package enum ConsolePlace: String, CaseIterable, Sendable {
    case overview = "/console"
    case tenants = "/console/tenants"
    case shards = "/console/shards"
    case moves = "/console/moves"
    case cache = "/console/cache"
    case reports = "/console/reports"
    case trail = "/console/audit"

    var label: String {
        switch self {
        case .overview: "Overview"
        case .tenants: "Tenants"
        case .shards: "Shards"
        case .moves: "Moves"
        case .cache: "Cache"
        case .reports: "Reports"
        case .trail: "Audit"
        }
    }

    var icon: String {
        switch self {
        case .overview: "home"
        case .tenants: "tenants"
        case .shards: "shard"
        case .moves: "move"
        case .cache: "cache"
        case .reports: "report"
        case .trail: "audit"
        }
    }
}

extension Shell {
    /// What a page of the console has around its content.
    static func console(_ title: String, at place: ConsolePlace, as admin: UserView) -> Shell {
        Shell(
            title: "\(title) · Console",
            brand: "Hub console",
            links: ConsolePlace.allCases.map { each in
                Link(href: each.rawValue, label: each.label, icon: each.icon, isCurrent: each == place)
            },
            account: Account(
                id: admin.id.description,
                name: admin.fullName,
                email: admin.email,
                isAdministrator: true
            ),
            signOut: "/console/sign-out",
            styles: ["console.css"],
            entry: "console.js",
            modules: Shell.coreModules + ["shell.js"] + Shell.consoleModules
        )
    }

    /// What `console.js` imports besides.
    static let consoleModules = ["actions.js", "chart.js", "drain.js", "move.js", "quantity.js", "warming.js"]
}
