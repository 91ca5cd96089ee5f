/// How much work a tenant has.
package struct WorkCount: Hashable, Sendable {
    package let projects: Int
    package let tasks: Int

    package init(projects: Int, tasks: Int) {
        self.projects = projects
        self.tasks = tasks
    }
}
