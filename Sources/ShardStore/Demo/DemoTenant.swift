package import HubModel

/// One tenant of a demo data set: its name, and how much it has. Its rows are made from the seed when they are loaded.
package struct DemoTenant: Sendable {
    package let id: TenantID
    package let subdomain: Subdomain
    package let name: String
    /// The administrator included.
    package let users: Int
    /// The number of tasks of each project.
    package let projects: [Int]
    let seed: UInt64

    package var tasks: Int { projects.reduce(0, +) }

    /// All rows of the tenant, its audit trail included: one entry for each thing created.
    package var rows: Int { 2 + 2 * (users + projects.count + tasks) + 1 }

    /// A tenant of a chosen name with its own accounts, such as the documented demo tenants.
    ///
    /// The id depends on nothing but the subdomain, so that another load finds the tenant of the first.
    /// - Parameter users: 1 or more.
    package init(subdomain: Subdomain, name: String, users: Int, projects: [Int]) {
        precondition(users > 0, "a demo tenant has an administrator")
        // FNV-1a, 64 bits
        seed = subdomain.rawValue.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        var generator = SplitMix64(seed: seed)
        id = TenantID(UUIDv7.make(milliseconds: DemoTenant.firstMillisecond, using: &generator))
        self.subdomain = subdomain
        self.name = name
        self.users = users
        self.projects = projects
    }

    init(id: TenantID, subdomain: Subdomain, name: String, users: Int, projects: [Int], seed: UInt64) {
        self.id = id
        self.subdomain = subdomain
        self.name = name
        self.users = users
        self.projects = projects
        self.seed = seed
    }

    /// 2025-01-01T00:00:00Z: ids of demo tenants carry this time, since they must not depend on when they are loaded.
    static let firstMillisecond: UInt64 = 1_735_689_600_000
}
