import HubModel
import HubWeb
import HubWire
import OpenAPI
import ShardStore

/// The API of a tenant's host, as it is published: every route under `/api/` has its operation here.
enum WorkspaceAPI {
    static var document: APIDocument {
        APIDocument(
            title: "Workspace Hub: a workspace",
            host: .workspace,
            sessionCookie: SessionCookie.name,
            operations: session + people + projects + tasks + tenant
        )
    }

    private static let creatorOrAdministrators = Operation.Access.some(
        "administrators of the workspace and whoever created the project"
    )

    private static var session: [Operation] {
        [
            Operation(
                .post,
                "/api/auth/login",
                "login",
                "Signs a person in.",
                for: .anyone,
                body: LoginRequest.self,
                answer: .value(LoginAnswer.self, "A session has begun.", fields: [.cookie]),
                refusals: [.unauthorized]
            ),
            Operation(
                .post,
                "/api/auth/impersonation",
                "openImpersonation",
                "Opens the session that a super admin's ticket is for.",
                for: .anyone,
                body: RedeemTicketRequest.self,
                answer: .value(LoginAnswer.self, "A session has begun.", fields: [.cookie]),
                refusals: [.unauthorized]
            ),
            Operation(
                .post,
                "/api/auth/logout",
                "logout",
                "Ends the session: its token is dead at once.",
                for: .signedIn,
                answer: .noContent("The session has ended.", fields: [.cookie])
            ),
            Operation(
                .get,
                "/api/auth/me",
                "getMe",
                "Who is signed in, and where.",
                for: .signedIn,
                answer: .object(MeAnswer.self)
            ),
            Operation(
                .put,
                "/api/auth/password",
                "changePassword",
                "Changes one's password and ends one's other sessions.",
                for: .signedIn,
                body: ChangePasswordRequest.self,
                answer: .noContent("The password is the new one."),
                refusals: [.conflict]
            ),
            Operation(
                .get,
                "/api/auth/sessions",
                "listSessions",
                "Where the person who asks is signed in, the session that was used last first.",
                for: .signedIn,
                answer: .page(of: SessionView.self)
            ),
            Operation(
                .delete,
                "/api/auth/sessions",
                "endOtherSessions",
                "Ends all sessions of the person who asks but the one that asks.",
                for: .signedIn,
                answer: .noContent("The other sessions have ended.")
            ),
            Operation(
                .delete,
                "/api/auth/sessions/{session}",
                "endSession",
                "Ends a session of the person who asks: its token is dead at once.",
                for: .signedIn,
                answer: .noContent("The session has ended.", fields: [.cookie])
            ),
        ]
    }

    private static var people: [Operation] {
        [
            Operation(
                .get,
                "/api/users",
                "listUsers",
                "The people of the workspace, newest first.",
                for: .signedIn,
                parameters: [.choice("role", UserRole.self, "Only people of this role."), search("name or email")],
                answer: .page(of: UserView.self)
            ),
            Operation(
                .post,
                "/api/users",
                "createUser",
                "Adds a person.",
                for: .administrators,
                body: CreateUserRequest.self,
                isRepeatable: true,
                answer: .created(UserView.self),
                refusals: [.conflict]
            ),
            Operation(
                .get,
                "/api/users/{user}",
                "getUser",
                "One person.",
                for: .signedIn,
                answer: .object(UserView.self)
            ),
            Operation(
                .put,
                "/api/users/{user}",
                "updateUser",
                "Changes the members that are given.",
                for: .some("administrators of the workspace, and for the person themselves if it is only the name"),
                body: UpdateUserRequest.self,
                isConditional: true,
                answer: .object(UserView.self),
                refusals: [.conflict]
            ),
            Operation(
                .delete,
                "/api/users/{user}",
                "deleteUser",
                "Removes a person, who cannot be oneself.",
                for: .administrators,
                isConditional: true,
                answer: .noContent("The person is gone."),
                refusals: [.conflict]
            ),
        ]
    }

    private static var projects: [Operation] {
        [
            Operation(
                .get,
                "/api/projects",
                "listProjects",
                "The projects of the workspace, newest first.",
                for: .signedIn,
                parameters: [
                    .choice("status", WorkStatus.self, "Only projects of this status."),
                    .value("createdBy", UserID.self, "Only projects of this person."), search("name"),
                ],
                answer: .page(of: ProjectView.self)
            ),
            Operation(
                .post,
                "/api/projects",
                "createProject",
                "Begins a project.",
                for: .signedIn,
                body: CreateProjectRequest.self,
                isRepeatable: true,
                answer: .created(ProjectView.self)
            ),
            Operation(
                .get,
                "/api/projects/{project}",
                "getProject",
                "One project.",
                for: .signedIn,
                answer: .object(ProjectView.self)
            ),
            Operation(
                .put,
                "/api/projects/{project}",
                "updateProject",
                "Changes the members that are given.",
                for: creatorOrAdministrators,
                body: UpdateProjectRequest.self,
                isConditional: true,
                answer: .object(ProjectView.self)
            ),
            Operation(
                .delete,
                "/api/projects/{project}",
                "deleteProject",
                "Removes a project and its tasks.",
                for: creatorOrAdministrators,
                isConditional: true,
                answer: .noContent("The project is gone.")
            ),
            Operation(
                .get,
                "/api/projects/{project}/tasks",
                "listProjectTasks",
                "The tasks of a project, newest first.",
                for: .signedIn,
                parameters: taskFilters,
                answer: .page(of: TaskView.self)
            ),
            Operation(
                .post,
                "/api/projects/{project}/tasks",
                "createTask",
                "Adds a task to a project.",
                for: .signedIn,
                body: CreateTaskRequest.self,
                isRepeatable: true,
                answer: .created(TaskView.self)
            ),
        ]
    }

    private static var tasks: [Operation] {
        [
            Operation(
                .get,
                "/api/tasks",
                "listTasks",
                "The tasks of all projects, earliest due first.",
                for: .signedIn,
                parameters: taskFilters + [
                    .value("dueBefore", Timestamp.self, "Only tasks that are due before this."),
                    .flag("overdue", "Only tasks that are late, or only those that are not."),
                ],
                answer: .page(of: TaskView.self)
            ),
            Operation(
                .get,
                "/api/tasks/{task}",
                "getTask",
                "One task.",
                for: .signedIn,
                answer: .object(TaskView.self)
            ),
            Operation(
                .put,
                "/api/tasks/{task}",
                "updateTask",
                "Changes the members that are given; null clears one.",
                for: .signedIn,
                body: UpdateTaskRequest.self,
                isConditional: true,
                answer: .object(TaskView.self)
            ),
            Operation(
                .patch,
                "/api/tasks/{task}/status",
                "setTaskStatus",
                "Changes the status of a task.",
                for: .signedIn,
                body: UpdateTaskStatusRequest.self,
                isConditional: true,
                answer: .object(TaskView.self)
            ),
            Operation(
                .delete,
                "/api/tasks/{task}",
                "deleteTask",
                "Removes a task.",
                for: creatorOrAdministrators,
                isConditional: true,
                answer: .noContent("The task is gone.")
            ),
        ]
    }

    private static var tenant: [Operation] {
        [
            Operation(
                .get,
                "/api/tenants/{tenant}",
                "getTenant",
                "The workspace itself, its limits and its usage.",
                for: .signedIn,
                answer: .object(TenantView.self)
            ),
            Operation(
                .put,
                "/api/tenants/{tenant}",
                "renameTenant",
                "Changes the name of the workspace.",
                for: .administrators,
                body: RenameTenantRequest.self,
                isConditional: true,
                answer: .object(TenantView.self)
            ),
            Operation(
                .get,
                "/api/audit-logs",
                "listAuditLogs",
                "What was done, newest first; all of it as a file when Accept asks for CSV or NDJSON.",
                for: .administrators,
                parameters: [
                    .value("userId", UserID.self, "Only what this person did."),
                    .choice("action", AuditAction.self, "Only actions of this kind."),
                    .choice("entityType", ShardEntity.self, "Only what was done to objects of this kind."),
                    .value("entityId", ObjectID.self, "Only what was done to this object."),
                    .value("from", Timestamp.self, "Not before this."), .value("to", Timestamp.self, "Before this."),
                ],
                answer: .page(of: AuditLogView.self, also: AuditExport.Format.allCases.map(\.essence))
            ),
            Operation(
                .get,
                "/api/audit-logs/{entry}/proof",
                "proveAuditLog",
                "What proves that an entry is what was written, and that nothing before it was taken away; where the region has an audit store.",
                for: .administrators,
                answer: .value(AuditProofView.self, "The proof, to be kept or given away.")
            ),
            Operation(
                .get,
                "/api/events",
                "followEvents",
                "What changes in the workspace, as it changes (Server-Sent Events).",
                for: .signedIn,
                parameters: [
                    Parameter("Last-Event-ID", in: .header, .text, "The id of the last event that the client saw.")
                ],
                answer: .events(EventStream.mediaType, ["ready": EventStreamOpening.self, "change": EventView.self])
            ),
        ]
    }

    private static var taskFilters: [Parameter] {
        [
            .choice("status", WorkStatus.self, "Only tasks of this status."),
            .choice("priority", TaskPriority.self, "Only tasks of this priority."),
            Parameter(
                "assignedTo",
                in: .query,
                Schema(["anyOf": .array([Schema.choice(AssigneeParameter.words).json, Schema(UserID.shape).json])]),
                "Only tasks of this person: an id, or `me`; `none` for those of nobody."
            ),
            search("title"),
        ]
    }

    private static func search(_ members: String) -> Parameter {
        .search(longest: QueryReader.longestSearch, "Only those whose \(members) has this text in it.")
    }
}
