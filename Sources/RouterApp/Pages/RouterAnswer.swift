/// An answer of the router's own.
struct RouterAnswer {
    /// The path of a page's text: what a person reads, and what a program gets.
    enum Content {
        /// A page for browsers, a problem document for everything else.
        case page(title: String, text: String)
        case json([UInt8])
    }

    let status: Int
    let reason: StaticString
    let content: Content
    /// Seconds after which it makes sense to ask again.
    var retryAfter: Int?
    var location: String?
    var allow: StaticString?
    /// Whether the connection can no longer be trusted to be in step.
    var closesConnection = false

    private init(_ status: Int, _ reason: StaticString, title: String, text: String, retryAfter: Int? = nil) {
        self.status = status
        self.reason = reason
        content = .page(title: title, text: text)
        self.retryAfter = retryAfter
    }

    init(status: Int, reason: StaticString, json: [UInt8]) {
        self.status = status
        self.reason = reason
        content = .json(json)
    }
}

extension RouterAnswer {
    static let unknownTenant = RouterAnswer(
        404,
        "Not Found",
        title: "There is no workspace here",
        text: "Please check the address for a typing error. Workspaces that were deleted are gone for good."
    )

    static let otherHost = RouterAnswer(
        404,
        "Not Found",
        title: "This address is not one of ours",
        text: "The server was asked for a name that it does not serve. Please check the address."
    )

    static let notHere = RouterAnswer(
        404,
        "Not Found",
        title: "There is nothing here",
        text: "Please use the address of your workspace."
    )

    static let suspended = RouterAnswer(
        403,
        "Forbidden",
        title: "This workspace is suspended",
        text: "Nothing is lost. Please ask the person who manages your workspace, or the operators of this service."
    )

    static let directoryNeverSeen = RouterAnswer(
        503,
        "Service Unavailable",
        title: "We are just starting",
        text: "The service will be there in a moment. Please try again.",
        retryAfter: 2
    )

    static let shardDown = RouterAnswer(
        503,
        "Service Unavailable",
        title: "Your workspace is out of reach for a moment",
        text: "Nothing is lost, and we are bringing it back. Please try again in a few seconds.",
        retryAfter: 2
    )

    static let controlSilent = RouterAnswer(
        503,
        "Service Unavailable",
        title: "This takes longer than it should",
        text: "Nothing was changed. Please try again in a few seconds.",
        retryAfter: 2
    )

    static let moving = RouterAnswer(
        503,
        "Service Unavailable",
        title: "Your workspace is being moved",
        text: "This takes a few seconds, and nothing is lost. Please try again.",
        retryAfter: 1
    )

    /// - Parameter retryAfter: in seconds.
    static func tooMuchOfTenant(retryAfter: Int) -> RouterAnswer {
        RouterAnswer(
            429,
            "Too Many Requests",
            title: "Your workspace asks for too much at once",
            text: "Nothing is lost. Please try again in a moment.",
            retryAfter: retryAfter
        )
    }

    static let tooManyConnections: RouterAnswer = {
        var answer = RouterAnswer(
            429,
            "Too Many Requests",
            title: "There are too many connections from your network",
            text: "Nothing is lost. Please close what you do not need, and try again in a moment.",
            retryAfter: 5
        )
        answer.closesConnection = true
        return answer
    }()

    static let overloaded: RouterAnswer = {
        var answer = RouterAnswer(
            503,
            "Service Unavailable",
            title: "We have more to do than we can",
            text: "Nothing was changed. Please try again in a few seconds.",
            retryAfter: 5
        )
        answer.closesConnection = true
        return answer
    }()

    static let badGateway = RouterAnswer(
        502,
        "Bad Gateway",
        title: "The answer got lost",
        text: "We cannot tell whether your last step was carried out. Please look before you repeat it."
    )

    static let gatewayTimeout = RouterAnswer(
        504,
        "Gateway Timeout",
        title: "This takes too long",
        text:
            "No answer came in time. We cannot tell whether your last step was carried out; please look before you repeat it."
    )

    static let requestTimeout: RouterAnswer = {
        var answer = RouterAnswer(
            408,
            "Request Timeout",
            title: "The request did not arrive in time",
            text: "The connection may be slow. Please try again."
        )
        answer.closesConnection = true
        return answer
    }()

    static let malformedHost: RouterAnswer = {
        var answer = RouterAnswer(violation: ProtocolViolation(.badRequest, "the Host is no host name"))
        answer.closesConnection = true
        return answer
    }()

    /// The tenant has another name now.
    static func renamed(to location: String) -> RouterAnswer {
        var answer = RouterAnswer(
            308,
            "Permanent Redirect",
            title: "This workspace has a new address",
            text: "It is now at \(location)"
        )
        answer.location = location
        return answer
    }

    /// The host is served over TLS only.
    static func secured(at location: String) -> RouterAnswer {
        var answer = RouterAnswer(
            308,
            "Permanent Redirect",
            title: "This address is served over an encrypted connection only",
            text: "It is now at \(location)"
        )
        answer.location = location
        return answer
    }

    /// The request is not one that HTTP allows, or passes a limit.
    init(violation: ProtocolViolation) {
        let reason: StaticString =
            switch violation.code {
            case .badRequest: "Bad Request"
            case .methodNotAllowed: "Method Not Allowed"
            case .payloadTooLarge: "Content Too Large"
            case .targetTooLong: "URI Too Long"
            case .expectationFailed: "Expectation Failed"
            case .fieldsTooLarge: "Request Header Fields Too Large"
            case .notImplemented: "Not Implemented"
            case .versionNotSupported: "HTTP Version Not Supported"
            }
        self.init(
            violation.code.rawValue,
            reason,
            title: "The request was not understood",
            text: "It was refused because \(violation.reason)."
        )
        closesConnection = true
        if violation.code == .methodNotAllowed { allow = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS" }
    }

    /// What follows when no backend answered.
    init(failure: RetryPolicy.Status) {
        self =
            switch failure {
            case .badGateway: .badGateway
            case .unavailable: .shardDown
            case .gatewayTimeout: .gatewayTimeout
            }
    }
}
