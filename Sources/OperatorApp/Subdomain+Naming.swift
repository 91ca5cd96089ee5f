import HubModel
import Topology

extension Subdomain {
    /// - Throws: ``OperatorError`` for a text that cannot be a subdomain.
    init(naming text: String) throws {
        guard let subdomain = Subdomain(text) else {
            throw OperatorError(
                .usage,
                "“\(text)” is no subdomain: 3–50 lower-case letters, digits and inner hyphens are"
            )
        }
        self = subdomain
    }
}
