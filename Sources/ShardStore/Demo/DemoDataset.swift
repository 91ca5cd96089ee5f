import HubModel

/// A large set of tenants that look real, the same for the same seed, of which any part can be made alone.
package struct DemoDataset: Sendable {
    package let seed: UInt64
    /// On average; sizes follow Zipf's law.
    package let projectsPerTenant: Int
    /// On average; sizes follow Zipf's law.
    package let tasksPerProject: Int

    package init(seed: UInt64 = 1, projectsPerTenant: Int, tasksPerProject: Int) {
        self.seed = seed
        self.projectsPerTenant = projectsPerTenant
        self.tasksPerProject = tasksPerProject
    }

    /// - Parameter index: 0 or more; part of the subdomain, so that no two are alike.
    package func tenant(at index: Int) -> DemoTenant {
        let path = UInt64(index)
        var generator = SplitMix64(seed: seed, path)
        let uuid = UUIDv7.make(milliseconds: DemoTenant.firstMillisecond + path, using: &generator)
        let first = DemoVocabulary.companyFirst.pick(&generator)
        let second = DemoVocabulary.companySecond.pick(&generator)
        let number = String(index, radix: 36)
        guard let subdomain = Subdomain("\(first)-\(second)-\(number)".lowercased()) else {
            preconditionFailure("the vocabulary has a word that cannot be part of a subdomain")
        }
        let projects = (0..<ZipfSize.draw(mean: projectsPerTenant, using: &generator)).map { _ in
            ZipfSize.draw(mean: tasksPerProject, using: &generator)
        }
        return DemoTenant(
            id: TenantID(uuid),
            subdomain: subdomain,
            name: "\(first) \(second)",
            users: 3 + min(200, projects.count),
            projects: projects,
            seed: generator.next()
        )
    }
}

extension Array {
    /// Any element.
    func pick(_ generator: inout SplitMix64) -> Element {
        self[Int(generator.next() % UInt64(count))]
    }
}
