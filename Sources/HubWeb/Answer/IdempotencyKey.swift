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
        guard IdempotencyKeyForm.accepts(text) else {
            let lengths = IdempotencyKeyForm.lengths
            let message = "must be \(lengths.lowerBound)–\(lengths.upperBound) visible ASCII characters"
            throw InvalidRequest(errors: [FieldError(field: "Idempotency-Key", message: message)])
        }
        self.text = text
        var hash = HMAC<SHA256>(key: SymmetricKey(data: secret))
        hash.update(data: Array("\(request.method) \(request.uri.path)\n".utf8))
        hash.update(data: body)
        fingerprint = Array(hash.finalize())
    }
}
