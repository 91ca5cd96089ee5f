/// What a simulated item holds: a committed state of a subject.
package struct SimulatedValue: Hashable, Sendable {
    /// How many commits have changed the subject.
    var revision = 0
    /// The settings, or a user's role; of a list nothing.
    var fields = 0
    /// A user's name, or the names of all users, which a list of projects shows.
    var names: [Int] = []
    /// The revision of each project of a list.
    var projects: [Int: Int] = [:]

    func hasSameContent(as other: SimulatedValue) -> Bool {
        fields == other.fields && names == other.names && projects == other.projects
    }
}

/// A write of a simulated client.
enum SimulatedChange: Hashable {
    case createProject(Int)
    case updateProject(Int)
    case deleteProject(Int)
    case changeRole(user: Int)
    case renameUser(user: Int)
    case changeSettings
}
