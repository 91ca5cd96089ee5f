package import HubWeb
import HubWire
import ShardStore

/// What the client is told of a shard's refusals: never SQL, never another tenant's data.
extension ShardError: ProblemConvertible {
    package var cause: (any Error)? { underlying }

    package var failure: WebFailure? {
        switch code {
        case .notOwner:
            .moved(cause: self)
        case .notFound(let entity):
            WebFailure(.notFound("There is no such \(entity.rawValue) here."))
        case .duplicate(let field):
            WebFailure(.conflict("Another one has the same \(field)."))
        case .limitReached(let entity, let limit, let used):
            WebFailure(.limitReached("\(entity.rawValue)s", limit: limit, used: used))
        case .invalidReference(let field):
            WebFailure(
                .invalid(InvalidRequest(errors: [FieldError(field: field, message: "must be the id of one of yours")]))
            )
        case .invalidValue(let field):
            WebFailure(
                .invalid(InvalidRequest(errors: [FieldError(field: field ?? "body", message: "cannot be stored")])),
                cause: self
            )
        case .lastAdministrator:
            WebFailure(.conflict("This is the only administrator of the workspace: make somebody else one first."))
        case .conflict:
            WebFailure(.conflict("Something else has this id already."))
        case .overShare:
            .tooManyRequests("This workspace asks for too much at once. Try again in a moment.", retryAfter: 1)
        case .unavailable:
            .unavailable("The database of this workspace cannot answer at the moment. Try again.", cause: underlying)
        case .outcomeUnknown:
            .unavailable(
                "The connection to the database was lost at the last moment: the change may have been saved or not. "
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
