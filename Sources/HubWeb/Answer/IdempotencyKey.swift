import Crypto
import FoundationEssentials
import HTTPTypes
package import HubWire
package import Hummingbird

/// The `Idempotency-Key` of a request, and what tells the request from others under the same key.
package struct IdempotencyKey: Sendable {
    package let text: String
    /// HMAC-SHA-256 of method, path and body, since a body may have a password in it.
    package let fingerprint: [UInt8]

    /// - Parameter secret: a key of the deployment.
    /// - Returns: nil when the request has no key.
    /// - Throws: `InvalidRequest` when the key is empty, longer than 255 characters, or not of visible ASCII.
    package init?(of request: Request, body: [UInt8], secret: [UInt8]) throws(InvalidRequest) {
        guard let text = request.headers[.idempotencyKey] else { return nil }
        guard (1...255).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw InvalidRequest(errors: [
                FieldError(field: "Idempotency-Key", message: "must be 1–255 visible ASCII characters")
            ])
        }
        self.text = text
        var hash = HMAC<SHA256>(key: SymmetricKey(data: secret))
        hash.update(data: Array("\(request.method) \(request.uri.path)\n".utf8))
        hash.update(data: body)
        fingerprint = Array(hash.finalize())
    }
}
