package import Observability

extension MetricDescription {
    /// All that routers tell besides what every process does.
    package static let ofRouters = MetricDescription.http + router

    private static let router: [MetricDescription] = [
        MetricDescription("hub_router_clients", .gauge, "Connections of clients."),
        MetricDescription("hub_router_held_requests", .gauge, "Requests that wait for their tenant's move."),
        MetricDescription(
            "hub_router_holds_total",
            .counter,
            labels: ["outcome"],
            "Holds for a tenant's move that ended, by outcome (in-time, late, refused with 503, left by the client)."
        ),
        MetricDescription(
            "hub_router_unread_bytes",
            .gauge,
            unit: "bytes",
            "Memory that holds what clients have sent and cannot be forwarded yet, or may have to be sent again."
        ),
        MetricDescription(
            "hub_router_protections_total",
            .counter,
            labels: ["reason"],
            "Connections that were ended to protect the others, by reason (address and full: too many connections; memory; slow)."
        ),
        MetricDescription(
            "hub_router_waiting_requests",
            .gauge,
            "Requests that wait because their tenant has as many in flight as it may."
        ),
        MetricDescription(
            "hub_router_refused_requests_total",
            .counter,
            "Requests answered 429 because their tenant sent too many, too many of its waited, or this one too long."
        ),
        MetricDescription(
            "hub_router_replays_total",
            .counter,
            "Requests sent again because a backend did not serve the tenant any more."
        ),
        MetricDescription(
            "hub_router_upstream_connections",
            .gauge,
            labels: ["backend", "state"],
            "Connections to a backend, by state (idle, busy)."
        ),
        MetricDescription(
            "hub_router_backend_available",
            .gauge,
            labels: ["backend"],
            "1 while the backend gets requests, else 0."
        ),
        MetricDescription(
            "hub_router_backend_ejections_total",
            .counter,
            labels: ["backend"],
            "How often the backend was taken out for failing probes or requests."
        ),
        MetricDescription("hub_directory_version", .gauge, "Version of the directory in use; 0 before the first."),
        MetricDescription("hub_directory_tenants", .gauge, "Tenants of the directory in use."),
        MetricDescription(
            "hub_directory_age_seconds",
            .gauge,
            unit: "seconds",
            "Time since the directory was last looked at."
        ),
        MetricDescription(
            "hub_directory_state",
            .gauge,
            labels: ["state"],
            "1 for the state the feed is in: connecting, following, offline or refused."
        ),
    ]
}
