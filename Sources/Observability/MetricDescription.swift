/// A metric as documentation: what `/metrics` says in its HELP and TYPE lines, and what `--help` lists.
package struct MetricDescription: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case counter
        case gauge
        /// - Parameter buckets: the upper bounds, rising, without the infinite one.
        case histogram(buckets: [Double])

        package var text: String {
            switch self {
            case .counter: "counter"
            case .gauge: "gauge"
            case .histogram: "histogram"
            }
        }
    }

    package let name: String
    package let kind: Kind
    /// Such as `seconds`; empty for a plain number of things.
    package let unit: String
    package let labels: [String]
    /// One sentence.
    package let meaning: String

    package init(_ name: String, _ kind: Kind, unit: String = "", labels: [String] = [], _ meaning: String) {
        self.name = name
        self.kind = kind
        self.unit = unit
        self.labels = labels
        self.meaning = meaning
    }
}

extension MetricDescription {
    /// Buckets for how long a request or a query takes, in seconds: 0.5 ms to 10 s.
    package static let latencyBuckets = [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ]

    /// What every process tells about itself.
    package static let process: [MetricDescription] = [
        MetricDescription(
            "hub_build_info",
            .gauge,
            labels: ["process", "version"],
            "Always 1; the labels name the process and its version."
        ),
        MetricDescription(
            "process_cpu_seconds_total",
            .counter,
            unit: "seconds",
            "CPU time spent by the process, in user and system mode."
        ),
        MetricDescription(
            "process_open_fds",
            .gauge,
            "Open file descriptors."
        ),
        MetricDescription(
            "process_resident_memory_bytes",
            .gauge,
            unit: "bytes",
            "Resident memory."
        ),
        MetricDescription(
            "process_start_time_seconds",
            .gauge,
            unit: "seconds",
            "When the process started, in Unix time."
        ),
        MetricDescription(
            "hub_log_lines_dropped_total",
            .counter,
            "Log lines dropped because nobody read them fast enough."
        ),
        MetricDescription(
            "hub_metrics_rejected_total",
            .counter,
            "Metrics asked for with a name that already has another kind; they are counted nowhere."
        ),
    ]

    /// What every process that serves HTTP tells about it.
    package static let http: [MetricDescription] = [
        MetricDescription(
            "hub_http_requests_total",
            .counter,
            labels: ["method", "route", "status"],
            "Requests answered, by route pattern and status."
        ),
        MetricDescription(
            "hub_http_request_duration_seconds",
            .histogram(buckets: latencyBuckets),
            unit: "seconds",
            labels: ["method", "route"],
            "Time from the head of a request to the end of its answer."
        ),
        MetricDescription("hub_http_requests_in_flight", .gauge, "Requests being answered now."),
        MetricDescription(
            "hub_logins_throttled_total",
            .counter,
            "Passwords not looked at because too many wrong ones came before."
        ),
        MetricDescription(
            "hub_requests_throttled_total",
            .counter,
            labels: ["policy"],
            "Requests over the rate of their client or their tenant."
        ),
        MetricDescription(
            "hub_tenant_waiting",
            .gauge,
            "Requests and transactions that wait for their tenant's share."
        ),
        MetricDescription(
            "hub_tenant_refused",
            .gauge,
            "Requests and transactions so far whose tenant's share was used up for too long, or by too many."
        ),
    ]

    /// What a backend tells about its cache; counts are since its start.
    package static let cache: [MetricDescription] = [
        MetricDescription("hub_cache_open", .gauge, "1 while this backend may use the cache, else 0."),
        MetricDescription(
            "hub_cache_reads",
            .gauge,
            labels: ["outcome"],
            "Items asked for: hit (served from Redis), miss (read from the database and filled), bypass (read from the "
                + "database because a write was about to commit, or nothing could be concluded)."
        ),
        MetricDescription("hub_cache_fills", .gauge, "Items filled."),
        MetricDescription("hub_cache_fences", .gauge, "Transactions fenced before they committed."),
        MetricDescription(
            "hub_cache_refused_values",
            .gauge,
            "Values in Redis that were not as a backend had sealed them."
        ),
        MetricDescription("hub_cache_closings", .gauge, "How often this backend closed the gate."),
        MetricDescription("hub_cache_audited", .gauge, "Cached items compared with their rows by the auditor."),
        MetricDescription("hub_cache_inconsistent", .gauge, "Those of them that differed: anything but 0 is a fault."),
        MetricDescription("hub_replica_serving", .gauge, labels: ["replica"], "1 while reads go to the replica."),
        MetricDescription(
            "hub_replica_lag_seconds",
            .gauge,
            labels: ["replica"],
            "How old what the replica shows was when it was last asked."
        ),
        MetricDescription(
            "hub_replica_reads",
            .gauge,
            labels: ["replica", "outcome"],
            "Reads that went to the replica: served there; answered by the primary, since it was behind or failed."
        ),
        MetricDescription(
            "hub_audit_sealed_total",
            .counter,
            labels: ["region"],
            "Entries of audit trails that were sealed in the region's audit store."
        ),
        MetricDescription(
            "hub_audit_feed_running",
            .gauge,
            labels: ["shard"],
            "1 while the region's audit store follows the shard, if with rests."
        ),
        MetricDescription(
            "hub_audit_feed_lag_bytes",
            .gauge,
            labels: ["shard"],
            "Bytes of the shard's log that its region's audit store has not confirmed."
        ),
        MetricDescription("hub_replica_passed", .gauge, "Reads for which no replica was worth asking."),
    ]

    /// What every process tells about its pools of connections.
    package static let pool: [MetricDescription] = [
        MetricDescription(
            "hub_pool_connections",
            .gauge,
            labels: ["pool", "state"],
            "Connections of a pool, by state (idle, busy)."
        ),
        MetricDescription("hub_pool_waiting", .gauge, labels: ["pool"], "Tasks that wait for a connection."),
    ]
}
