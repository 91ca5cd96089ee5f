package import HTTPTypes
package import HubWire

/// An error that says itself how it is told to the client.
package protocol ProblemConvertible: Error {
    /// The answer; nil when the client must learn nothing but that something went wrong.
    var failure: WebFailure? { get }
    /// What is behind the error, for the log alone.
    var cause: (any Error)? { get }
}

/// A failed request's answer: a problem document, its header fields, and the cause that only the log sees.
package struct WebFailure: ProblemConvertible {
    package var problem: Problem
    package var fields: HTTPFields
    package var cause: (any Error)?

    package var failure: WebFailure? { self }

    package init(_ problem: Problem, fields: HTTPFields = [:], cause: (any Error)? = nil) {
        self.problem = problem
        self.fields = fields
        self.cause = cause
    }
}

extension WebFailure {
    package static let notRouted = WebFailure(
        .forbidden("This request did not come through a router of this hub. Use the address of your workspace.")
    )

    package static let notControl = WebFailure(.forbidden("Only the control plane of this hub may ask for this."))

    /// 409: a kept answer is for one request only.
    package static let misusedKey = WebFailure(
        .conflict("This Idempotency-Key was used for another request: make a new one.")
    )

    /// 503; the client may try again in a second.
    package static func unavailable(_ detail: String, retryAfter seconds: Int = 1, cause: (any Error)? = nil) -> Self {
        WebFailure(.unavailable(detail), fields: [.retryAfter: String(max(1, seconds))], cause: cause)
    }

    /// 429; the client may try again after the given seconds.
    package static func tooManyRequests(_ detail: String, retryAfter seconds: Int) -> Self {
        WebFailure(.tooManyRequests(detail), fields: [.retryAfter: String(max(1, seconds))])
    }

    /// 401, with the scheme the client should use (RFC 9110 section 11.6.1).
    package static func unauthorized(_ detail: String, cause: (any Error)? = nil) -> Self {
        WebFailure(Problem(status: 401, detail: detail), fields: [.wwwAuthenticate: "Bearer"], cause: cause)
    }

    /// 421 with the private marker on which the router looks the tenant up again; it never reaches a browser.
    package static func moved(cause: (any Error)? = nil) -> Self {
        WebFailure(.misdirected, fields: [.hubRedirect: HubHeader.redirectMoved], cause: cause)
    }
}
