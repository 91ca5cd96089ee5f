import HubModel
import HubWeb
import HubWire
import OpenAPI

/// The API of the apex host, as it is published: every route under `/api/` has its operation here.
enum ApexAPI {
    static var document: APIDocument {
        APIDocument(
            title: "Workspace Hub: sign-up and operation",
            host: .apex,
            sessionCookie: SessionCookie.name,
            operations: session + signUp + tenants + shards
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
                .post,
                "/api/auth/register-tenant",
                "registerTenant",
                "Signs an organisation up.",
                for: .anyone,
                body: RegisterTenantRequest.self,
                answer: .created(RegisterTenantAnswer.self, fields: []),
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
                body: RegisterTenantRequest.self,
                answer: .created(RegisterTenantAnswer.self, fields: []),
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
                "Changes the members that are given.",
                for: .superAdmins,
                parameters: [tenant],
                body: UpdateTenantRequest.self,
                answer: .object(DirectoryTenantView.self),
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
