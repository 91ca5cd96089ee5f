import HubModel
import HubWeb
import HubWire
import Hummingbird
import NIOCore
import ShardStore

/// One person's stream of their tenant's events, as Server-Sent Events (HTML Living Standard, section 9.2).
///
/// Each piece is read in a transaction of its own, which judges ownership and session anew: a log-out, a deleted user or a
/// move ends the stream, and a slow reader holds neither a connection nor a snapshot.
struct EventStream: Sendable {
    static let mediaType = "text/event-stream"
    /// A stream ends after this time, and its client, which resumes it, is judged by the router anew.
    static let lifetime = Duration.seconds(300)
    private static let pieceLength = 200

    let workspace: Workspace
    let wakes: EventWakes
    let request: Request
    let context: TenantWebContext
    /// What comes before the first wait.
    let first: EventLog<ReadAccess>.Piece
    /// Whether the client goes on where it was; else it has to look at everything again.
    let isResumed: Bool

    func write(to writer: inout any ResponseBodyWriter) async throws {
        let end = ContinuousClock.now + EventStream.lifetime
        var piece = first
        try await writer.write(opening())
        while !piece.tellsOfRestore {
            let text = try EventStream.text(of: piece)
            if text.readableBytes > 0 { try await writer.write(text) }
            if !piece.isComplete { await wakes.recheck() }
            if piece.isComplete || piece.events.isEmpty {
                guard await wakes.next(), .now < end else { return }
                if piece.isComplete { try await writer.write(ByteBuffer(string: ":\n\n")) }
            }
            guard let next = try? await EventStream.read(workspace, after: piece.end, request, context) else { return }
            piece = next
        }
    }

    /// - Throws: 401, 421 and the like, as any read does.
    static func read(
        _ workspace: Workspace,
        after position: EventPosition?,
        _ request: Request,
        _ context: TenantWebContext
    ) async throws -> EventLog<ReadAccess>.Piece {
        var attempts = 0
        while true {
            let piece = try await workspace.read(for: request, in: context) { transaction in
                try await transaction.events.next(after: position, limit: pieceLength)
            }.answer
            // The end of a log that is busy may be told too early. Then its last events are told once more, which does
            // no harm, but need not be.
            attempts += 1
            if position != nil || piece.isComplete || attempts == 5 { return piece }
        }
    }

    // MARK: - Private

    private func opening() throws -> ByteBuffer {
        let id = isResumed ? "" : "id: \(first.end)\n"
        let data = String(decoding: try WireJSON.encode(EventStreamOpening(resumed: isResumed)), as: UTF8.self)
        return ByteBuffer(string: "retry: 1000\n\n\(id)event: ready\ndata: \(data)\n\n")
    }

    private static func text(of piece: EventLog<ReadAccess>.Piece) throws -> ByteBuffer {
        var buffer = ByteBuffer()
        for event in piece.events where event.action != .logout {
            buffer.writeString("id: \(event.position)\nevent: change\ndata: ")
            buffer.writeBytes(try WireJSON.encode(EventView(event)))
            buffer.writeString("\n\n")
        }
        return buffer
    }
}

extension EventLog<ReadAccess>.Piece {
    /// Whether the tenant has been brought back to a moment in it: what a client has seen before is not there any more, and it
    /// cannot go on from there.
    var tellsOfRestore: Bool { events.contains { $0.action == .restoreTenant } }
}
