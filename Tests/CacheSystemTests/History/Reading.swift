import HubModel

/// A moment of this process's monotonic clock.
typealias Moment = ContinuousClock.Instant

/// One request that read something, and what it was told.
struct Reading: Sendable {
    /// What one item was said to be.
    enum Sighting: Hashable, Sendable {
        case state(ItemState)
        /// The user's name, as the creator of a project.
        case userName(String)
        /// The user's role, by what the user may do.
        case role(UserRole)
        case notListed(ProjectQuery)
        /// A session was refused.
        case refused
    }

    /// A number about the projects of a tenant.
    enum Count: Hashable, Sendable {
        case projects
        case tasks
        case listed(ProjectQuery)
    }

    let client: String
    let request: String
    /// Before the first byte was sent.
    let begun: Moment
    /// After the last byte of the answer had come.
    let ended: Moment
    var tenant = 0
    var sightings: [(item: ItemID, sighting: Sighting)] = []
    var counts: [Count: Int] = [:]
    /// A query whose whole answer this is: what is not among the sightings was not listed.
    var whole: ProjectQuery?
    /// What is wrong with the answer by itself.
    var defect: String?
}

extension Reading.Sighting {
    /// Whether the item was in this state, as far as one can tell.
    func fits(_ state: ItemState) -> Bool {
        switch (self, state) {
        case (.state(let seen), _): seen == state
        case (.userName(let name), .user(let actual, _)): name == actual
        case (.role(let role), .user(_, let actual)): role == actual
        case (.notListed(let query), _): !query.admits(state)
        case (.refused, _): state == .absent
        case (.userName, _), (.role, _): false
        }
    }
}

extension Reading.Sighting: CustomStringConvertible {
    var description: String {
        switch self {
        case .state(let state): "\(state)"
        case .userName(let name): "named '\(name)'"
        case .role(let role): "as \(role.rawValue)"
        case .notListed: "not listed"
        case .refused: "refused"
        }
    }
}

extension Reading.Count {
    /// What one project adds to it.
    func share(of state: ItemState) -> Int {
        switch self {
        case .projects: state == .absent ? 0 : 1
        case .tasks: if case .project(let project) = state { project.tasks } else { 0 }
        case .listed(let query): query.admits(state) ? 1 : 0
        }
    }
}
