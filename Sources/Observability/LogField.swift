package import Logging

/// The names of the members of a log line, so that one thing has one name in every process.
package enum LogField: String, CaseIterable, Sendable {
    case timestamp = "ts"
    case level
    case process
    case logger
    case message = "msg"
    case error
    case requestID = "request_id"
    case traceID = "trace_id"
    case tenant
    case epoch
    case shard
    case region
    case subdomain
    case user
    case client
    case method
    case host
    case path
    case route
    case status
    case duration = "duration_ms"
    case bytesIn = "bytes_in"
    case bytesOut = "bytes_out"
    case backend
    case endpoint
    case version
    case move
    case attempt
    case step
    case pause = "pause_ms"
    case steps = "steps_ms"
    case keys
    case month

    package var meaning: String {
        switch self {
        case .timestamp: "when, RFC 3339 in UTC"
        case .level: "trace, debug, info, notice, warning, error or critical"
        case .process: "the name of the process in the topology"
        case .logger: "the part of the process that speaks"
        case .message: "what happened; always the same text for the same event"
        case .error: "what went wrong, in the words of the error"
        case .requestID: "the id of the request, the same in every process it passed"
        case .traceID: "the id of the distributed trace (W3C Trace Context)"
        case .tenant: "the id of the tenant"
        case .epoch: "the epoch of the tenant's placement"
        case .shard: "the id of the shard"
        case .region: "the id of the region"
        case .subdomain: "the tenant's subdomain"
        case .user: "the id of the user"
        case .client: "the address of the client"
        case .method: "the HTTP method"
        case .host: "the host that was asked"
        case .path: "the path that was asked, without its query"
        case .route: "the pattern of that path"
        case .status: "the status that was answered"
        case .duration: "milliseconds from the head of a request to the end of its answer"
        case .bytesIn: "bytes of the request's body"
        case .bytesOut: "bytes of the answer's body"
        case .backend: "the name of the backend"
        case .endpoint: "host:port of what was connected to"
        case .version: "the version of the directory that is in use"
        case .move: "the id of the move of a tenant"
        case .attempt: "how often the move was taken by a mover"
        case .step: "what the mover does, or which duty of an audit store is meant"
        case .pause: "milliseconds from the freeze of a tenant to its release"
        case .steps: "what a pause consisted of: its steps and the milliseconds that each took"
        case .keys: "the keys of the topology that are meant"
        case .month: "the month that it is about, as 2026-03"
        }
    }
}

extension Logger {
    package subscript(field field: LogField) -> Logger.Metadata.Value? {
        get { self[metadataKey: field.rawValue] }
        set { self[metadataKey: field.rawValue] = newValue }
    }
}

extension Logger.Metadata {
    /// Metadata under the names of the hub's log fields.
    package static func fields(_ fields: KeyValuePairs<LogField, Logger.Metadata.Value>) -> Logger.Metadata {
        Logger.Metadata(fields.map { ($0.key.rawValue, $0.value) }) { _, last in last }
    }
}
