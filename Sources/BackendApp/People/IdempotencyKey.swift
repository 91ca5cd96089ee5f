import Crypto
import HTTPTypes
import HubWeb
import HubWire
import Hummingbird

/// The `Idempotency-Key` of a request, and what tells the request from others under the same key.
struct IdempotencyKey: Sendable {
    let text: String
    /// SHA-256 of method, path and body.
    let fingerprint: [UInt8]

    /// - Returns: nil when the request has no key.
    /// - Throws: `InvalidRequest` when the key is empty, longer than 255 characters, or not of visible ASCII.
    init?(of request: Request, body: [UInt8]) throws(InvalidRequest) {
        guard let text = request.headers[.idempotencyKey] else { return nil }
        guard (1...255).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw InvalidRequest(errors: [
                FieldError(field: "Idempotency-Key", message: "must be 1–255 visible ASCII characters")
            ])
        }
        self.text = text
        var hash = SHA256()
        hash.update(data: Array("\(request.method) \(request.uri.path)\n".utf8))
        hash.update(data: body)
        fingerprint = Array(hash.finalize())
    }
}
