import Directory
package import HubWeb
import HubWire

/// What the client is told of the directory's refusals: never SQL.
extension DirectoryError: ProblemConvertible {
    package var cause: (any Error)? { underlying }

    package var failure: WebFailure? {
        switch code {
        case .notFound(.region):
            WebFailure(
                .invalid(InvalidRequest(errors: [FieldError(field: "region", message: "is not a region of this hub")]))
            )
        case .notFound(let entity):
            WebFailure(.notFound("There is no such \(entity.rawValue) here."))
        case .taken:
            WebFailure(.conflict("This subdomain is taken. Choose another."))
        case .reserved:
            WebFailure(.conflict("This subdomain is reserved. Choose another."))
        case .noOpenShard:
            .unavailable(
                "This region takes no new workspaces at the moment. Choose another, or try later.",
                retryAfter: 60
            )
        case .conflict, .inUse, .superseded:
            WebFailure(.conflict("This cannot be done now: \(message)."))
        case .duplicate(let field):
            WebFailure(.conflict("Another one has the same \(field)."))
        case .invalidValue:
            WebFailure(
                .invalid(
                    InvalidRequest(errors: [FieldError(field: "body", message: "has a value that cannot be stored")])
                ),
                cause: underlying
            )
        case .unavailable:
            .unavailable("The directory cannot answer at the moment. Try again.", cause: underlying)
        case .outcomeUnknown:
            .unavailable(
                "The connection to the directory was lost at the last moment: the change may have been saved or not. "
                    + "Look before you try again.",
                cause: underlying
            )
        case .cancelled:
            .unavailable("The request was given up. Try again.", cause: underlying)
        case .failed:
            nil
        }
    }
}
