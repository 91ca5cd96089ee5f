/// How much a tenant holds.
package struct TenantUsage: Hashable, Sendable {
    package let users: Int
    package let projects: Int
    package let tasks: Int

    package init(users: Int, projects: Int, tasks: Int) {
        self.users = users
        self.projects = projects
        self.tasks = tasks
    }
}
