import Directory
import HubModel
import HubWeb
import HubWire
import Moving
import OpenAPI

/// The API of the apex host, as it is published: every route under `/api/` has its operation here.
enum ApexAPI {
    static var document: APIDocument {
        APIDocument(
            title: "Workspace Hub: sign-up and operation",
            host: .apex,
            sessionCookie: SessionCookie.name,
            operations: session + signUp + tenants + shards + moves + cache + reports + trail
        )
    }

    private static var session: [Operation] {
        [
            Operation(
                .post,
                "/api/auth/login",
                "login",
                "Signs a super admin in.",
                for: .anyone,
                body: LoginRequest.self,
                answer: .value(LoginAnswer.self, "A session has begun.", fields: [.cookie]),
                refusals: [.unauthorized]
            ),
            Operation(
                .post,
                "/api/auth/logout",
                "logout",
                "Ends the session: its token is dead at once.",
                for: .superAdmins,
                answer: .noContent("The session has ended.", fields: [.cookie])
            ),
            Operation(
                .get,
                "/api/auth/me",
                "getMe",
                "Who is signed in.",
                for: .superAdmins,
                answer: .object(MeAnswer.self)
            ),
        ]
    }

    private static var signUp: [Operation] {
        [
            Operation(
                .get,
                "/api/regions",
                "listRegions",
                "The regions that a workspace can be in.",
                for: .anyone,
                answer: .page(of: RegionView.self)
            ),
            Operation(
                .get,
                "/api/subdomains/{subdomain}",
                "checkSubdomain",
                "Whether somebody could sign up with a name at this moment, and why not.",
                for: .anyone,
                parameters: [Parameter("subdomain", in: .path, isRequired: true, .text, "The name.")],
                answer: .value(SubdomainView.self, "Whether it is free; it is kept for nobody.")
            ),
            Operation(
                .post,
                "/api/auth/register-tenant",
                "registerTenant",
                "Signs an organisation up.",
                for: .anyone,
                body: RegisterTenantRequest.self,
                isRepeatable: true,
                answer: .created(RegisterTenantAnswer.self),
                refusals: [.conflict]
            ),
        ]
    }

    private static var tenants: [Operation] {
        [
            Operation(
                .get,
                "/api/tenants",
                "listTenants",
                "The workspaces of the hub, newest first.",
                for: .superAdmins,
                parameters: [
                    .value("region", RegionID.self, "Only workspaces of this region."),
                    .value("shard", ShardID.self, "Only workspaces of this shard."),
                    .choice("state", TenantState.self, "Only workspaces in this state."),
                    .search(
                        longest: QueryReader.longestSearch,
                        "Only those whose name or subdomain has this text in it."
                    ),
                ],
                answer: .page(of: DirectoryTenantView.self)
            ),
            Operation(
                .post,
                "/api/tenants",
                "createTenant",
                "Makes a workspace for somebody.",
                for: .superAdmins,
                body: CreateTenantRequest.self,
                isRepeatable: true,
                answer: .created(RegisterTenantAnswer.self),
                refusals: [.conflict]
            ),
            Operation(
                .get,
                "/api/tenants/{tenant}",
                "getTenant",
                "One workspace.",
                for: .superAdmins,
                parameters: [tenant],
                answer: .object(DirectoryTenantView.self)
            ),
            Operation(
                .put,
                "/api/tenants/{tenant}",
                "updateTenant",
                "Changes the members that are given. A former subdomain stays reserved and redirects.",
                for: .superAdmins,
                parameters: [tenant],
                body: UpdateTenantRequest.self,
                isConditional: true,
                answer: .object(DirectoryTenantView.self),
                refusals: [.conflict]
            ),
            Operation(
                .delete,
                "/api/tenants/{tenant}",
                "eraseTenant",
                "Erases a workspace everywhere, for good, and proves it. The subdomain stays reserved.",
                for: .superAdmins,
                parameters: [
                    tenant,
                    Parameter(
                        "confirm",
                        in: .query,
                        isRequired: true,
                        Schema(Subdomain.shape),
                        "Its subdomain, once more."
                    ),
                ],
                answer: .value(TenantErasureView.self, "The workspace is gone: what was removed."),
                refusals: [.conflict]
            ),
            Operation(
                .post,
                "/api/tenants/{tenant}/impersonate",
                "impersonate",
                "Makes a link, good once and for a minute, that opens the workspace as one of its people.",
                for: .superAdmins,
                parameters: [tenant],
                body: ImpersonateRequest.self,
                answer: .created(ImpersonateAnswer.self, location: false, fields: []),
                refusals: [.conflict]
            ),
        ]
    }

    private static var shards: [Operation] {
        [
            Operation(
                .get,
                "/api/shards",
                "listShards",
                "The shards of the hub and how they are.",
                for: .superAdmins,
                answer: .page(of: ShardView.self)
            ),
            Operation(
                .put,
                "/api/shards/{shard}",
                "updateShard",
                "Decides whether a shard takes new workspaces.",
                for: .superAdmins,
                parameters: [shard],
                body: UpdateShardRequest.self,
                answer: .object(ShardView.self)
            ),
        ]
    }

    private static var moves: [Operation] {
        [
            Operation(
                .get,
                "/api/moves",
                "listMoves",
                "Moves of workspaces between shards, newest first.",
                for: .superAdmins,
                parameters: [
                    .value("tenant", TenantID.self, "Only moves of this workspace."),
                    .choice("over", TruthValue.self, "Only moves that are over, or only those that are not."),
                ],
                answer: .page(of: MoveView.self)
            ),
            Operation(
                .post,
                "/api/moves",
                "createMove",
                "Begins to move a workspace to another shard while its people work; with `dryRun` it only tells what "
                    + "would be done, and what stands in the way.",
                for: .superAdmins,
                body: CreateMoveRequest.self,
                answer: .value(CreateMoveAnswer.self, "The plan, or the move that has begun."),
                refusals: [.notFound, .conflict]
            ),
            Operation(
                .get,
                "/api/moves/{move}",
                "getMove",
                "How far a move is, and what can be asked for next.",
                for: .superAdmins,
                parameters: [move],
                answer: .value(MoveView.self, "The move.")
            ),
            Operation(
                .get,
                "/api/moves/{move}/events",
                "followMove",
                "What happens in a move, as it happens. `Last-Event-ID` resumes.",
                for: .superAdmins,
                parameters: [move],
                answer: .events("text/event-stream", ["step": MoveEventView.self, "move": MoveView.self])
            ),
            Operation(
                .get,
                "/api/moves/{move}/certificate",
                "getMoveCertificate",
                "What is proved of a completed move; the whole chain of certificates is looked at.",
                for: .superAdmins,
                parameters: [move],
                answer: .value(MoveCertificateView.self, "The certificate.")
            ),
            Operation(
                .get,
                "/api/tenants/{tenant}/places",
                "listTenantPlaces",
                "Every shard, with what it holds of a workspace.",
                for: .superAdmins,
                parameters: [tenant],
                answer: .page(of: TenantPlaceView.self)
            ),
        ]
            + MoveWish.allCases.map { wish in
                Operation(
                    .post,
                    "/api/moves/{move}/\(wish.rawValue)",
                    "\(wish.rawValue)Move",
                    meaning(of: wish),
                    for: .superAdmins,
                    parameters: [move],
                    answer: .value(MoveView.self, "The move, which will do it."),
                    refusals: [.conflict]
                )
            }
    }

    private static func meaning(of wish: MoveWish) -> String {
        switch wish {
        case .verify: "Compares both shards again."
        case .switch: "Lets the target serve the workspace, as soon as the copy is verified."
        case .reverse: "Lets the source serve the workspace again, and gives the target up."
        case .complete: "Gives the source up: its rows are deleted, and the move gets its certificate."
        case .cancel: "Gives the target up, before the switch."
        case .resume: "Copies again after a failure."
        }
    }

    private static let shard = Parameter("shard", in: .path, isRequired: true, Schema(ShardID.shape), "Its id.")

    private static let move = Parameter("move", in: .path, isRequired: true, Schema(MoveID.shape), "Its id.")

    private static var cache: [Operation] {
        [
            Operation(
                .get,
                "/api/cache",
                "listCaches",
                "How the shards' caches are doing, as each of their backends sees it.",
                for: .superAdmins,
                parameters: [
                    .value("shard", ShardID.self, "Only this shard's."),
                    Parameter(
                        "tenants",
                        in: .query,
                        Schema(.whole(InternalCacheStatus.allowedTenants)),
                        "Of how many workspaces of each shard, those with the most bytes first; 10 without it."
                    ),
                ],
                answer: .page(of: ShardCacheView.self),
                refusals: [.notFound]
            ),
            Operation(
                .post,
                "/api/cache/warm",
                "warmCache",
                "Reads workspaces through the cache, so that it has what their people read most. It may be repeated; "
                    + "call again with `after` until `next` is null.",
                for: .superAdmins,
                body: WarmCacheRequest.self,
                answer: .value(WarmCacheAnswer.self, "What became of the workspaces of this call."),
                refusals: [.notFound]
            ),
            Operation(
                .put,
                "/api/cache/{shard}",
                "switchCache",
                "Has a shard work without its cache, for a `reason`, until it is switched on again: everything is read from "
                    + "PostgreSQL then, and writes wait once, for about two seconds.",
                for: .superAdmins,
                parameters: [shard],
                body: SwitchCacheRequest.self,
                answer: .noContent("The backends of the shard follow within a few seconds."),
                refusals: [.notFound, .conflict]
            ),
        ]
    }

    private static var reports: [Operation] {
        [
            Operation(
                .get,
                "/api/reports/{report}",
                "getReport",
                "Sums over all workspaces of all shards, and the workspaces with the most of each; nobody's name, address or "
                    + "text. A shard that cannot be asked is named, and the sums are without it. `Accept: text/csv` or "
                    + "`format` asks for CSV.",
                for: .superAdmins,
                parameters: [
                    Parameter(
                        "report",
                        in: .path,
                        isRequired: true,
                        .choice(ReportKind.allCases.map(\.rawValue)),
                        "Which part; all of them at once cost about as much as usage."
                    ),
                    .value("region", RegionID.self, "Only this region's shards."),
                    .value("shard", ShardID.self, "Only this shard."),
                    Parameter(
                        "days",
                        in: .query,
                        Schema(.whole(ReportRequest.allowedDays))
                            .with("default", .integer(Int64(ReportRequest.defaultDays))),
                        "The window of growth in days of UTC, today included; also for how long an inactive workspace rests."
                    ),
                    Parameter(
                        "top",
                        in: .query,
                        Schema(.whole(ReportRequest.allowedTop))
                            .with("default", .integer(Int64(ReportRequest.defaultTop))),
                        "How many workspaces each list has at most."
                    ),
                    .choice("format", ReportController.Format.self, "Instead of what `Accept` says."),
                ],
                answer: .value(ReportView.self, "The report.", also: [CSVLine.mediaType])
            )
        ]
    }

    private static var trail: [Operation] {
        [
            Operation(
                .get,
                "/api/audit-logs",
                "listAuditLogs",
                "The control plane's own trail, newest first.",
                for: .superAdmins,
                parameters: [
                    .value("tenantId", TenantID.self, "Only entries about this workspace."),
                    .value("userId", UserID.self, "Only entries of this super admin."),
                    .choice("action", AuditAction.self, "Only entries of this action."),
                    .choice("entityType", DirectoryEntity.self, "Only entries about this kind of thing."),
                    .value("from", Timestamp.self, "Only entries from then on."),
                    .value("to", Timestamp.self, "Only entries before then."),
                ],
                answer: .page(of: DirectoryAuditLogView.self)
            )
        ]
    }

    private static let tenant = Parameter(
        "tenant",
        in: .path,
        isRequired: true,
        Schema(["anyOf": .array([Schema(TenantID.shape).json, Schema(Subdomain.shape).json])]),
        "Its id or its subdomain."
    )
}
