import AppFixtures
import HubModel
import HubWire

/// A member who makes projects and tasks, changes and deletes them, and looks what has become of them.
struct ProjectOwner: Client {
    private struct Owned {
        let item: ItemID
        let id: ProjectID
        var state: ProjectState
        var version = 1
        var tasks: [(id: TaskID, isCompleted: Bool)] = []
    }

    private enum Move: CaseIterable {
        case rename, setStatus, addTask, completeTask, deleteTask, delete, look
    }

    private var visitor: Visitor
    private let member: TrialTenant.Member
    private var projects: [Owned] = []
    private var nextNumber: Int

    /// - Parameter index: which of the tenant's members.
    init(_ visitor: Visitor, index: Int) {
        self.visitor = visitor
        member = visitor.tenant.members[index]
        // Numbers of one tenant's projects differ between their owners.
        nextNumber = 1 + index * 10_000
    }

    mutating func step() async throws {
        guard let index = projects.indices.randomElement(using: &visitor.random), projects.count >= 3 else {
            return try await create()
        }
        switch Move.allCases.randomElement(using: &visitor.random)! {
        case .rename: try await rename(index)
        case .setStatus: try await setStatus(index)
        case .addTask: try await addTask(index)
        case .completeTask: try await completeTask(index)
        case .deleteTask: try await deleteTask(index)
        case .delete where projects.count > 4: try await delete(index)
        case .delete: try await create()
        case .look:
            let creator = ProjectQuery.Creator(item: member.item, id: member.id)
            try await visitor.readProjects(ProjectQuery(creator: creator), token: member.token)
        }
    }

    // MARK: - Private

    private mutating func create() async throws {
        let number = nextNumber
        nextNumber += 1
        let item = ItemID(.project, tenant: visitor.tenant.number, number)
        let state = ProjectState(name: TrialTenant.projectName(number, version: 1), creator: member.item)
        let body = try CreateProjectRequest(name: state.name).body
        let exchange = await visitor.write(item, .project(state), "POST", "/api/projects", body, token: member.token)
        guard let exchange else { return }
        projects.append(Owned(item: item, id: try exchange.answer.decode(ProjectView.self).id, state: state))
    }

    private mutating func rename(_ index: Int) async throws {
        projects[index].version += 1
        let project = projects[index]
        var state = project.state
        state.name = TrialTenant.projectName(project.item.number, version: project.version)
        _ = await change(index, state, "PUT", "/api/projects/\(project.id)", try ["name": state.name].body)
    }

    private mutating func setStatus(_ index: Int) async throws {
        var state = projects[index].state
        state.status = WorkStatus.allCases.randomElement(using: &visitor.random)!
        let body = try ["status": state.status.rawValue].body
        _ = await change(index, state, "PUT", "/api/projects/\(projects[index].id)", body)
    }

    private mutating func addTask(_ index: Int) async throws {
        var state = projects[index].state
        state.tasks += 1
        let body = try CreateTaskRequest(title: "Task").body
        let exchange = await change(index, state, "POST", "/api/projects/\(projects[index].id)/tasks", body)
        guard let exchange else { return }
        projects[index].tasks.append((try exchange.answer.decode(TaskView.self).id, false))
    }

    private mutating func completeTask(_ index: Int) async throws {
        guard let task = projects[index].tasks.firstIndex(where: { !$0.isCompleted }) else {
            return try await addTask(index)
        }
        var state = projects[index].state
        state.completedTasks += 1
        let path = "/api/tasks/\(projects[index].tasks[task].id)/status"
        let body = try ["status": WorkStatus.completed.rawValue].body
        guard await change(index, state, "PATCH", path, body) != nil else { return }
        projects[index].tasks[task].isCompleted = true
    }

    private mutating func deleteTask(_ index: Int) async throws {
        guard let task = projects[index].tasks.first else { return try await addTask(index) }
        var state = projects[index].state
        state.tasks -= 1
        if task.isCompleted { state.completedTasks -= 1 }
        guard await change(index, state, "DELETE", "/api/tasks/\(task.id)") != nil else { return }
        projects[index].tasks.removeFirst()
    }

    private mutating func delete(_ index: Int) async throws {
        let project = projects.remove(at: index)
        let path = "/api/projects/\(project.id)"
        _ = await visitor.write(project.item, .absent, "DELETE", path, token: member.token)
    }

    /// - Returns: nil when it failed; then the project is nobody's any more.
    private mutating func change(
        _ index: Int,
        _ state: ProjectState,
        _ method: String,
        _ path: String,
        _ body: [UInt8]? = nil
    ) async -> Visitor.Exchange? {
        let item = projects[index].item
        let exchange = await visitor.write(item, .project(state), method, path, body, token: member.token)
        if exchange != nil {
            projects[index].state = state
        } else {
            projects.remove(at: index)
        }
        return exchange
    }
}
