import HubModel
import HubWeb
import HubWire
import Hummingbird
import NIOCore
import ShardStore

/// A tenant's whole audit trail as one stream, from the newest entry to the oldest.
///
/// It is read in pieces, each in a transaction of its own that judges ownership and session anew: a slow client holds
/// neither a connection nor a snapshot, and a tenant that moves away in between breaks the stream off, visibly.
struct AuditExport: Sendable {
    enum Format: String, CaseIterable {
        case csv
        case ndjson

        /// The first of the formats that an `Accept` field names; nil when it names none, and JSON pages are meant.
        init?(accept: String?) {
            for range in (accept ?? "").split(separator: ",") {
                let wanted = range.prefix(while: { $0 != ";" }).filter { !$0.isWhitespace }.lowercased()
                guard let format = Format.allCases.first(where: { $0.essence == wanted }) else { continue }
                self = format
                return
            }
            return nil
        }

        /// The media type without its parameters.
        var essence: String {
            switch self {
            case .csv: "text/csv"
            case .ndjson: "application/x-ndjson"
            }
        }

        var mediaType: String {
            switch self {
            case .csv: essence + "; charset=utf-8; header=present"
            case .ndjson: essence
            }
        }
    }

    private static let pieceLength = 500

    let reader: AuditReader
    let filter: AuditFilter
    let format: Format
    /// Where the walk begins; nil when the shard has nothing to tell.
    let newest: AuditRecord?

    func body(for request: Request, in context: TenantWebContext) -> ResponseBody {
        ResponseBody { writer in
            if format == .csv { try await writer.write(ByteBuffer(string: AuditLine.csvHeader)) }
            if let newest { try await writer.write(line(newest)) }
            try await writeRest(after: newest, for: request, in: context, &writer)
            try await writer.finish(nil)
        }
    }

    // MARK: - Private

    private func writeRest(
        after newest: AuditRecord?,
        for request: Request,
        in context: TenantWebContext,
        _ writer: inout any ResponseBodyWriter
    ) async throws {
        var last = newest
        while true {
            let piece = try await reader.next(
                filter,
                after: last,
                // Where the shard had nothing to tell, what has come since is not meant: not the export's own entry.
                isOnShard: newest != nil,
                limit: AuditExport.pieceLength,
                for: request,
                in: context
            )
            guard let end = piece.last else { return }
            var buffer = ByteBuffer()
            for entry in piece { try buffer.writeImmutableBuffer(line(entry)) }
            try await writer.write(buffer)
            last = end
        }
    }

    private func line(_ entry: AuditRecord) throws -> ByteBuffer {
        switch format {
        case .csv: ByteBuffer(string: AuditLine.csv(entry))
        case .ndjson: ByteBuffer(bytes: try WireJSON.encode(AuditLogView(entry)) + [0x0A])
        }
    }
}
