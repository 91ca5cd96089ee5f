import HTTPTypes
import HubWire
package import Hummingbird

extension Request {
    /// Lets a change through only when the client knows the object as it is now (RFC 9110 section 13.1.1).
    ///
    /// - Parameter current: the object as a GET would show it, read in the transaction that changes it.
    /// - Throws: 412, with the object as it is now, when `If-Match` names another state of it.
    package func requireMatch(_ current: some Encodable) throws {
        guard let condition = headers[.ifMatch] else { return }
        let body = try WireJSON.encode(current)
        guard !EntityTag(of: body).matches(stronglyAnyOf: condition) else { return }
        throw Problem.lostUpdate(current: try? WireJSON.decode(JSONValue.self, from: body))
    }
}
