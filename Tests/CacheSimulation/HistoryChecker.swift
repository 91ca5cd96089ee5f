import Caching

/// What clients were told, in real time, and what they must be told next.
struct HistoryChecker {
    /// What holds when a read begins; it may not be told less.
    struct Floor {
        let acknowledged: [Int]
        let seen: [Int]
        let projects: [Int: Int]
        let deleted: Set<Int>
    }

    private struct Tenant {
        /// Of each subject, the revision of the last acknowledged write and the greatest that a read has told.
        var acknowledged = Array(repeating: 0, count: Catalogue.subjects)
        var seen = Array(repeating: 0, count: Catalogue.subjects)
        /// The projects whose creation or change was acknowledged, with the revision.
        var projects: [Int: Int] = [:]
        /// The projects whose deletion was acknowledged, and those whose deletion was asked for.
        var deleted: Set<Int> = []
        var deletionBegun: Set<Int> = []
    }

    private var tenants: [Tenant]
    private(set) var acknowledgedWrites = 0
    private(set) var reads = 0

    init(tenants: Int) {
        self.tenants = Array(repeating: Tenant(), count: tenants)
    }

    func floor(_ tenant: Int) -> Floor {
        let tenant = tenants[tenant]
        return Floor(
            acknowledged: tenant.acknowledged,
            seen: tenant.seen,
            projects: tenant.projects,
            deleted: tenant.deleted
        )
    }

    mutating func begin(_ tenant: Int, _ change: SimulatedChange) {
        if case .deleteProject(let project) = change { tenants[tenant].deletionBegun.insert(project) }
    }

    /// The write is acknowledged; so much was true when it had committed.
    mutating func acknowledge(
        _ tenant: Int,
        _ change: SimulatedChange,
        _ after: [(subject: Int, value: SimulatedValue)]
    ) {
        acknowledgedWrites += 1
        for (subject, value) in after {
            tenants[tenant].acknowledged[subject] = max(tenants[tenant].acknowledged[subject], value.revision)
            switch change {
            case .createProject(let project), .updateProject(let project):
                if let revision = value.projects[project] {
                    let known = tenants[tenant].projects[project] ?? 0
                    tenants[tenant].projects[project] = max(known, revision)
                }
            case .deleteProject(let project):
                tenants[tenant].projects[project] = nil
                tenants[tenant].deleted.insert(project)
            case .changeRole, .renameUser, .changeSettings:
                break
            }
        }
    }

    /// A read has ended.
    ///
    /// - Parameter committed: what the database held at that revision; nil if it never had so many.
    /// - Returns: what is wrong with it.
    mutating func end(
        _ tenant: Int,
        _ subject: Int,
        _ value: SimulatedValue,
        since floor: Floor,
        committed: SimulatedValue?
    ) -> (Violation.Check, String)? {
        reads += 1
        let revision = value.revision
        let about = "tenant \(tenant), subject \(subject), revision \(revision)"
        if let problem = listProblem(tenant, value, subject, since: floor) { return (.wrongList, about + problem) }
        if revision < floor.acknowledged[subject] {
            return (.olderThanAcknowledged, "\(about), acknowledged \(floor.acknowledged[subject])")
        }
        if revision < floor.seen[subject] { return (.wentBack, "\(about), seen \(floor.seen[subject])") }
        if committed != value { return (.neverCommitted, about) }
        tenants[tenant].seen[subject] = max(tenants[tenant].seen[subject], revision)
        return nil
    }

    // MARK: - Private

    private func listProblem(_ tenant: Int, _ value: SimulatedValue, _ subject: Int, since floor: Floor) -> String? {
        guard subject == 0 else { return nil }
        // The least, so that a seed that is replayed says the same again.
        var late: Int?
        for (project, revision) in floor.projects
        where value.projects[project, default: 0] < revision && !tenants[tenant].deletionBegun.contains(project) {
            late = min(late ?? project, project)
        }
        if let late {
            let listed = value.projects[late].map { "at \($0)" } ?? "not"
            return " has project \(late) \(listed), acknowledged \(floor.projects[late, default: 0])"
        }
        var removed: Int?
        for project in value.projects.keys where floor.deleted.contains(project) {
            removed = min(removed ?? project, project)
        }
        if let removed { return " has deleted project \(removed)" }
        return nil
    }
}
