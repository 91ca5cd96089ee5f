import HTTPTypes
import HubModel
import HubWeb
import HubWire
import Hummingbird
import NIOCore
import ShardStore

/// `/api/events`: what changes in a tenant, as it changes, to everybody who is signed in.
struct EventController: Sendable {
    let workspace: Workspace
    let feed: EventFeed
    let now: WallClock

    func add(to routes: some RouterMethods<TenantWebContext>) {
        routes.get("/api/events", use: follow)
    }

    // MARK: - Private

    @Sendable
    private func follow(_ request: Request, _ context: TenantWebContext) async throws -> Response {
        var position = request.headers[.lastEventID].flatMap { resumption(at: $0, context) }
        // What is refused is refused before the stream begins.
        var first = try await EventStream.read(workspace, after: position, request, context)
        if first.tellsOfRestore {
            position = nil
            first = try await EventStream.read(workspace, after: nil, request, context)
        }
        let (start, isResumed) = (first, position != nil)
        guard await feed.hasRoom(for: context.routed.tenant) else {
            throw WebFailure.tooManyRequests("This workspace has too many event streams open.", retryAfter: 10)
        }
        let (workspace, feed) = (workspace, feed)
        return Response(
            status: .ok,
            headers: [.contentType: EventStream.mediaType, .cacheControl: "no-store"],
            body: ResponseBody { writer in
                try await feed.withWakes(of: context.routed.tenant) { wakes in
                    let stream = EventStream(
                        workspace: workspace,
                        wakes: wakes,
                        request: request,
                        context: context,
                        first: start,
                        isResumed: isResumed
                    )
                    try await stream.write(to: &writer)
                }
                try await writer.finish(nil)
            }
        )
    }

    /// Where a client may go on; nil when the log no longer holds all that it has missed.
    private func resumption(at text: String, _ context: TenantWebContext) -> EventPosition? {
        guard let position = EventPosition(text), position.epoch <= context.routed.epoch else { return nil }
        // A minute is left for clocks that differ.
        let age = now() - position.moment
        return age < EventLog<ReadAccess>.retention - .seconds(60) ? position : nil
    }
}
