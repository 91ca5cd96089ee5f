import HubModel
import HubWire

extension ReportedTenant {
    var label: String { subdomain?.rawValue ?? "erased meanwhile" }

    /// Its page in the console; nil when there is none any more.
    var href: String? { subdomain.map { "\(ConsolePlace.tenants.rawValue)/\($0)" } }
}
