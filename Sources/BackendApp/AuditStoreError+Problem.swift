package import AuditStore
package import HubWeb
import HubWire

/// What the client is told of an audit store's refusals.
extension AuditStoreError: ProblemConvertible {
    package var cause: (any Error)? { underlying }

    package var failure: WebFailure? {
        switch code {
        case .notFound: WebFailure(.notFound("The audit trail has no such entry, or it is not sealed yet."))
        case .refused: WebFailure(.conflict("The entry is sealed and not witnessed yet: ask again in some seconds."))
        case .unavailable:
            .unavailable(
                "The older part of the audit trail cannot be read at the moment; newer entries can. Try again.",
                cause: underlying
            )
        case .tampered, .failed: nil
        }
    }
}
