import AppFixtures
import HubModel
import HubWire

/// Reading, and writing down what was told of which item.
extension Visitor {
    /// Reads a part of the list of projects.
    mutating func readProjects(_ query: ProjectQuery, token: String) async throws {
        guard let exchange = await send("GET", query.path, token: token) else { return }
        try record(exchange, list: query)
    }

    /// Reads who is signed in, with the session's item if it may have ended.
    mutating func readMe(token: String, session: ItemID? = nil) async throws {
        let expected: Set<Int> = session == nil ? [200] : [200, 401]
        guard let exchange = await send("GET", "/api/auth/me", token: token, expected: expected) else { return }
        try record(exchange, me: session)
    }

    mutating func readTenant(token: String) async throws {
        guard let exchange = await send("GET", "/api/tenants/\(tenant.id)", token: token) else { return }
        var reading = reading(exchange)
        add(try exchange.answer.decode(TenantView.self), to: &reading)
        chronicle.add(reading)
    }

    /// Reads what only administrators may, as somebody who sometimes is one.
    mutating func readAuditLog(as member: TrialTenant.Member) async {
        let exchange = await send("GET", "/api/audit-logs?limit=1", token: member.token, expected: [200, 403])
        guard let exchange else { return }
        var reading = reading(exchange)
        let role: UserRole = exchange.answer.status == 200 ? .tenantAdmin : .user
        reading.sightings = [(member.item, .role(role))]
        chronicle.add(reading)
    }

    // MARK: Writing down

    func record(_ exchange: Exchange, list query: ProjectQuery) throws {
        var reading = reading(exchange)
        let page = try exchange.answer.decode(Page<ProjectView>.self)
        for project in page.items {
            guard let item = tenant.project(named: project.name),
                let creator = tenant.members.first(where: { $0.id == project.createdBy?.id })
            else {
                reading.defect = "a project of nobody: \(project)"
                continue
            }
            let state = ItemState.project(
                ProjectState(
                    name: project.name,
                    status: project.status,
                    creator: creator.item,
                    tasks: project.taskCount,
                    completedTasks: project.completedTaskCount
                )
            )
            if !query.admits(state) { reading.defect = "\(item) \(state) is not what was asked for" }
            reading.sightings.append((item, .state(state)))
            if let name = project.createdBy?.fullName { reading.sightings.append((creator.item, .userName(name))) }
        }
        let expected = max(0, min(query.limit, page.total - query.offset))
        if page.items.count != expected {
            reading.defect = "\(page.items.count) projects of \(page.total), and not \(expected)"
        }
        if Set(page.items.map(\.id)).count != page.items.count { reading.defect = "a project is listed twice" }
        reading.counts[.listed(query)] = page.total
        if query.offset == 0, page.total <= query.limit { reading.whole = query }
        chronicle.add(reading)
    }

    func record(_ exchange: Exchange, me session: ItemID? = nil) throws {
        var reading = reading(exchange)
        if let session {
            reading.sightings = [(session, exchange.answer.status == 401 ? .refused : .state(.session))]
        }
        if exchange.answer.status == 200 {
            let me = try exchange.answer.decode(MeAnswer.self)
            if let member = tenant.members.first(where: { $0.id == me.user.id }) {
                reading.sightings.append((member.item, .state(.user(name: me.user.fullName, role: me.user.role))))
            }
            if let view = me.tenant { add(view, to: &reading) }
        }
        chronicle.add(reading)
    }

    // MARK: - Private

    private func reading(_ exchange: Exchange) -> Reading {
        Reading(
            client: name,
            request: exchange.request,
            begun: exchange.begun,
            ended: exchange.ended,
            tenant: tenant.number
        )
    }

    private func add(_ view: TenantView, to reading: inout Reading) {
        reading.sightings.append((tenant.nameItem, .state(.name(view.name))))
        reading.counts[.projects] = view.usage.projects
        reading.counts[.tasks] = view.usage.tasks
    }
}
