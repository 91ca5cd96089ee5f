import Directory
import HTTPTypes
import HubModel
import HubWeb
import HubWire
import Hummingbird
import Moving
import NIOCore

/// `/api/moves`: moves of tenants between shards, for super admins.
struct MoveController: Sendable {
    let gate: SchemaGate
    let directory: DirectoryStore
    let operators: Operators
    let moves: MoveAdministration

    func add(to router: Router<WebContext>) {
        router.get("/api/moves", use: list)
        router.post("/api/moves", use: create)
        router.get("/api/moves/:move", use: get)
        router.get("/api/moves/:move/certificate", use: certificate)
        router.get("/api/moves/:move/events", use: follow)
        router.get("/api/tenants/:tenant/places", use: places)
        for wish in MoveWish.allCases {
            router.post(RouterPath("/api/moves/:move/\(wish.rawValue)")) { request, context in
                try await self.ask(wish, request, context)
            }
        }
    }

    /// The part of the list that a query asks for.
    func listing(_ query: QueryReader) async throws -> Page<MoveView> {
        var query = query
        let reference = query.value("tenant", TenantID.self, expected: "the id of a tenant")
        let isOver = query.choice("over", TruthValue.self)
        let part = try query.page()
        let moves = try await directory.moves(
            MoveFilter(tenant: reference, isOver: isOver.map { $0 == .true }),
            ListWindow(part)
        )
        return Page(moves, request: part) { MoveView($0) }
    }

    /// A move with what can be measured of it now.
    ///
    /// - Throws: 404.
    func move(_ reference: String) async throws -> MoveView { try await moves.view(record(reference)) }

    /// What happened in a move, in its order.
    func events(of move: MoveID) async throws -> [MoveEventView] {
        try await directory.events(of: move, after: 0, limit: 500).map(MoveEventView.init)
    }

    /// What is proved of a completed move.
    ///
    /// - Throws: 404 when it is not completed.
    func certificate(of move: MoveID) async throws -> MoveCertificateView {
        let certificate = try await directory.certificate(of: move)
        let (count, fault) = try await directory.verifyCertificates()
        return MoveCertificateView(
            number: certificate.number,
            moveId: certificate.move,
            text: certificate.text,
            hash: certificate.hash,
            createdAt: certificate.createdAt,
            verified: count,
            fault: fault
        )
    }

    /// What each shard holds of a tenant.
    func places(of tenant: TenantID, servedBy shard: ShardID) async throws -> [TenantPlaceView] {
        try await moves.places(of: tenant, servedBy: shard)
    }

    /// What a move would do.
    ///
    /// - Throws: 404 for a tenant or a shard that there is not.
    func plan(of tenant: String, to target: ShardID) async throws -> MovePlanView {
        try await moves.plan(directory.tenant(reference: tenant), to: target)
    }

    // MARK: - Private

    @Sendable
    private func list(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try await admin(of: request)
        return try await .page(listing(QueryReader(request)), of: request)
    }

    @Sendable
    private func create(_ request: Request, _ context: WebContext) async throws -> Response {
        let admin = try await admin(of: request)
        let wanted = try await request.json(CreateMoveRequest.self, context: context)
        let tenant = try await directory.tenant(reference: wanted.tenant)
        if wanted.dryRun {
            return try await .json(CreateMoveAnswer(plan: moves.plan(tenant, to: wanted.target)))
        }
        let move = try await moves.begin(tenant, wanted, by: admin, context.operatorContext(admin))
        return try .json(CreateMoveAnswer(move: move))
    }

    @Sendable
    private func get(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try await admin(of: request)
        return try await .json(moves.view(move(in: context)))
    }

    @Sendable
    private func certificate(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try await admin(of: request)
        return try await .json(certificate(of: move(in: context).record.id))
    }

    @Sendable
    private func places(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try await admin(of: request)
        let tenant = try await directory.tenant(reference: context.parameters.get("tenant") ?? "")
        let part = try QueryReader(request).page()
        let places = try await moves.places(of: tenant.id, servedBy: tenant.shard)
        let window = Array(places.dropFirst(part.offset).prefix(part.limit))
        return try .page(Page(items: window, total: places.count, request: part), of: request)
    }

    private func ask(_ wish: MoveWish, _ request: Request, _ context: WebContext) async throws -> Response {
        let admin = try await admin(of: request)
        let move = try await move(in: context)
        return try await .json(
            moves.wish(wish, of: move.record.id, by: admin, context.operatorContext(admin))
        )
    }

    /// What happens in a move, as Server-Sent Events; each has the event's number as its id, and `Last-Event-ID` resumes.
    @Sendable
    private func follow(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try await admin(of: request)
        let move = try await move(in: context).record.id
        let start = request.headers[.lastEventID].flatMap { Int64($0) } ?? 0
        let directory = directory
        return Response(
            status: .ok,
            headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: ResponseBody { writer in
                try await MoveStream(directory: directory, move: move).write(after: start, to: &writer)
                try await writer.finish(nil)
            }
        )
    }

    private func admin(of request: Request) async throws -> SuperAdmin {
        try gate.pass()
        return try await operators.admin(of: request)
    }

    /// The move that the path names by its id.
    private func move(in context: WebContext) async throws -> DirectoryMove {
        try await record(context.parameters.get("move") ?? "")
    }

    private func record(_ reference: String) async throws -> DirectoryMove {
        guard let id = MoveID(reference) else { throw Problem.notFound("There is no such move here.") }
        return try await directory.move(id)
    }
}

/// A flag in a query.
enum TruthValue: String, CaseIterable, Sendable {
    case `true`
    case `false`
}

/// A move's events and progress, as they come.
private struct MoveStream {
    /// How often the journal is looked at.
    static let interval = Duration.milliseconds(250)
    /// A stream ends after this time; its client resumes it.
    static let lifetime = Duration.seconds(300)

    let directory: DirectoryStore
    let move: MoveID

    func write(after start: Int64, to writer: inout any ResponseBodyWriter) async throws {
        let end = ContinuousClock.now + MoveStream.lifetime
        var place = start
        var last: MoveView?
        var beat = ContinuousClock.now
        try await writer.write(ByteBuffer(string: "retry: 1000\n\n"))
        while .now < end {
            var buffer = ByteBuffer()
            for event in try await directory.events(of: move, after: place, limit: 500) {
                place = event.id
                buffer.writeString("id: \(event.id)\nevent: step\ndata: ")
                buffer.writeBytes(try WireJSON.encode(MoveEventView(event)))
                buffer.writeString("\n\n")
            }
            let view = MoveView(try await directory.move(move))
            if view != last {
                last = view
                buffer.writeString("event: move\ndata: ")
                buffer.writeBytes(try WireJSON.encode(view))
                buffer.writeString("\n\n")
            }
            if buffer.readableBytes == 0, .now - beat > .seconds(15) { buffer.writeString(":\n\n") }
            if buffer.readableBytes > 0 {
                beat = .now
                try await writer.write(buffer)
            }
            if view.isOver { return }
            try await Task.sleep(for: MoveStream.interval)
        }
    }
}
