package import HubModel

/// The answer of a router's `GET /route?host=HOST` on its admin endpoint: what it does with a request for that host now.
package struct RouteExplanation: Codable, Hashable, Sendable {
    package enum Outcome: String, Codable, Sendable {
        /// To a backend.
        case forward
        /// It waits until the tenant's new place is known.
        case hold
        /// To the tenant's present name.
        case redirect
        /// By the router itself.
        case answer
    }

    /// The router.
    package let process: String
    package let host: String
    package let outcome: Outcome
    /// Why, in a sentence.
    package let explanation: String
    /// The status of what the router answers by itself.
    @Nullable package var status: Int?
    /// Where a redirect leads.
    @Nullable package var location: String?
    @Nullable package var tenantId: TenantID?
    @Nullable package var epoch: Epoch?
    /// Or `control`, for the apex host.
    @Nullable package var shard: String?
    /// Of the directory, as this router knows it.
    @Nullable package var directoryVersion: Int64?
    /// Those of the shard.
    package var backends: [RouterBackendView]
    /// Requests of the tenant that this router holds now.
    package let waiting: Int

    package init(
        process: String,
        host: String,
        outcome: Outcome,
        explanation: String,
        status: Int?,
        location: String?,
        tenantId: TenantID?,
        epoch: Epoch?,
        shard: String?,
        directoryVersion: Int64?,
        backends: [RouterBackendView],
        waiting: Int
    ) {
        self.process = process
        self.host = host
        self.outcome = outcome
        self.explanation = explanation
        self.status = status
        self.location = location
        self.tenantId = tenantId
        self.epoch = epoch
        self.shard = shard
        self.directoryVersion = directoryVersion
        self.backends = backends
        self.waiting = waiting
    }
}

/// A backend as a router uses it; also an element of the answer of the router's `GET /backends`.
package struct RouterBackendView: Codable, Hashable, Sendable {
    package enum Availability: String, Codable, Sendable {
        case available
        /// It was taken out, and may show with one request that it is back.
        case trial
        /// It was taken out, though it answers when asked for its health: used when there is no other.
        case lastResort = "last-resort"
        case unavailable
    }

    package let name: String
    /// Or `control`.
    package let shard: String
    package let endpoint: String
    package let availability: Availability
    /// Connections that serve a request or are being made, and those that wait for one.
    package var busy: Int
    package var idle: Int

    package init(
        name: String,
        shard: String,
        endpoint: String,
        availability: Availability,
        busy: Int,
        idle: Int
    ) {
        self.name = name
        self.shard = shard
        self.endpoint = endpoint
        self.availability = availability
        self.busy = busy
        self.idle = idle
    }
}

/// An element of the answer of a router's `GET /holds`: a tenant whose requests wait for its new place.
package struct RouterHoldView: Codable, Hashable, Sendable {
    package let tenantId: TenantID
    /// Requests that wait now.
    package let waiting: Int

    package init(tenantId: TenantID, waiting: Int) {
        self.tenantId = tenantId
        self.waiting = waiting
    }
}
