/// An error as every API answers it: `application/problem+json` (RFC 9457).
package struct Problem: Error, Codable, Hashable, Sendable {
    /// A URI that names the kind of problem; `about:blank` when the status says everything.
    package let type: String
    package let title: String
    package let status: Int
    /// What went wrong this time, for a person; never SQL and never a secret.
    package let detail: String?
    /// The members that were wrong, on 400.
    package let errors: [FieldError]?
    /// The limit that was reached and how much of it is used, on 403.
    package let limit: Int?
    package let used: Int?
    /// The object as it is now, on 412.
    package let current: JSONValue?

    package static let mediaType = "application/problem+json"

    package init(
        type: String = "about:blank",
        title: String? = nil,
        status: Int,
        detail: String? = nil,
        errors: [FieldError]? = nil,
        limit: Int? = nil,
        used: Int? = nil,
        current: JSONValue? = nil
    ) {
        self.type = type
        self.title = title ?? Problem.phrase(of: status)
        self.status = status
        self.detail = detail
        self.errors = errors
        self.limit = limit
        self.used = used
        self.current = current
    }
}

extension Problem {
    package static func invalid(_ request: InvalidRequest) -> Problem {
        Problem(
            type: "urn:hub:problem:invalid-request",
            title: "Invalid request",
            status: 400,
            detail: request.description,
            errors: request.errors
        )
    }

    package static func forbidden(_ detail: String) -> Problem { Problem(status: 403, detail: detail) }

    /// - Parameter what: what is limited, in the plural, such as "projects".
    package static func limitReached(_ what: String, limit: Int, used: Int) -> Problem {
        Problem(
            type: "urn:hub:problem:limit-reached",
            title: "Limit reached",
            status: 403,
            detail: "All \(limit) \(what) of this plan are in use.",
            limit: limit,
            used: used
        )
    }

    package static func notFound(_ detail: String) -> Problem { Problem(status: 404, detail: detail) }

    package static func conflict(_ detail: String) -> Problem { Problem(status: 409, detail: detail) }

    /// Somebody else changed the object in between.
    ///
    /// - Parameter current: the object as it is now.
    package static func lostUpdate(current: JSONValue?) -> Problem {
        Problem(
            type: "urn:hub:problem:lost-update",
            title: "Changed in between",
            status: 412,
            detail: "This was changed since you read it. What it is now is under 'current'.",
            current: current
        )
    }

    package static func payloadTooLarge(limit: Int) -> Problem {
        Problem(status: 413, detail: "The body may have at most \(limit) bytes.")
    }

    package static func unsupportedMediaType(expected: String) -> Problem {
        Problem(status: 415, detail: "The body must be \(expected).")
    }

    /// The tenant is not served here; a router acts on it and no browser ever sees it.
    package static var misdirected: Problem {
        Problem(status: 421, detail: "This shard does not serve the tenant at this epoch.")
    }

    package static func tooManyRequests(_ detail: String) -> Problem { Problem(status: 429, detail: detail) }

    /// - Parameter requestID: by which the cause is found in the logs.
    package static func internalError(requestID: String) -> Problem {
        Problem(status: 500, detail: "Something went wrong on our side. Please quote request \(requestID).")
    }

    package static func unavailable(_ detail: String) -> Problem { Problem(status: 503, detail: detail) }

    // MARK: - Private

    /// The reason phrases of RFC 9110 section 15 and RFC 6585 for the statuses in use.
    private static func phrase(of status: Int) -> String {
        switch status {
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 409: "Conflict"
        case 412: "Precondition Failed"
        case 413: "Content Too Large"
        case 415: "Unsupported Media Type"
        case 421: "Misdirected Request"
        case 429: "Too Many Requests"
        case 500: "Internal Server Error"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        default: "Error"
        }
    }
}
