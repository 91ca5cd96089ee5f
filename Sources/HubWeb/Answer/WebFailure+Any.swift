import HTTPTypes
import HubWire
import Hummingbird
import NIOCore

extension WebFailure {
    /// Turns whatever a handler threw into an answer; what is not known here is a 500 that tells the client nothing.
    package init(_ error: any Error, requestID: String, bodyLimit: Int) {
        switch error {
        case let error as any ProblemConvertible:
            self = error.failure ?? WebFailure(.internalError(requestID: requestID), cause: error.cause ?? error)
        case let error as Problem:
            self.init(error)
        case let error as InvalidRequest:
            self.init(.invalid(error))
        case is NIOTooManyBytesError:
            self.init(.payloadTooLarge(limit: bodyLimit))
        case let error as any HTTPResponseError:
            self.init(WebFailure.problem(for: error.status, requestID: requestID, bodyLimit: bodyLimit), cause: error)
        case is CancellationError:
            self = .unavailable("This process is shutting down. Try again.", cause: error)
        default:
            self.init(.internalError(requestID: requestID), cause: error)
        }
    }

    // MARK: - Private

    /// The answers of the errors that the server library throws by itself.
    private static func problem(for status: HTTPResponse.Status, requestID: String, bodyLimit: Int) -> Problem {
        switch status.code {
        case 404: .notFound("Nothing is at this address, or not with this method.")
        case 413: .payloadTooLarge(limit: bodyLimit)
        case 500...: .internalError(requestID: requestID)
        default: Problem(status: status.code)
        }
    }
}
