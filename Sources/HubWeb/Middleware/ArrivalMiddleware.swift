import HTTPTypes
import HubModel
import HubWire
package import Hummingbird
package import Logging
import Observability

/// The outermost middleware: it finds out who sent the request, gives it its id, and puts both on every log line.
package struct ArrivalMiddleware: RouterMiddleware {
    package typealias Context = WebContext

    private let reader: ArrivalReader
    private let bodyLimit: Int
    private let place: Logger.Metadata
    private let now: WallClock

    /// - Parameters:
    ///   - bodyLimit: the largest body that is read, in bytes.
    ///   - place: what every log line says besides, such as the shard.
    package init(reader: ArrivalReader, bodyLimit: Int, place: Logger.Metadata, now: @escaping WallClock) {
        self.reader = reader
        self.bodyLimit = bodyLimit
        self.place = place
        self.now = now
    }

    package func handle(
        _ request: Request,
        context: WebContext,
        next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.bodyLimit = bodyLimit
        context.arrival = reader.read(
            request.headers,
            peerAddress: context.arrival.clientAddress,
            now: now()
        )
        // The server library's own id, which nobody else knows.
        context.logger[metadataKey: "hb.request.id"] = nil
        for (key, value) in place { context.logger[metadataKey: key] = value }
        context.logger[field: .requestID] = "\(context.arrival.requestID)"
        if let trace = TraceParent(request.headers[.traceparent]) {
            context.logger[field: .traceID] = "\(trace.traceID)"
        }
        if let routed = context.arrival.passage.routed {
            context.logger[field: .tenant] = "\(routed.tenant)"
            context.logger[field: .epoch] = "\(routed.epoch)"
        }
        var response = try await next(request, context)
        response.headers[.requestID] = context.arrival.requestID
        return response
    }
}
