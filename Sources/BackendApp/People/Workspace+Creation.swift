import HubModel
import HubWeb
import HubWire
import Hummingbird
import ShardStore

extension Workspace {
    /// Answers a POST that makes something, once for each `Idempotency-Key`: what is sent again within 24 hours gets the
    /// answer of the first time. A refusal is not kept, since its reason may pass.
    ///
    /// - Parameters:
    ///   - body: the bytes of the request's body.
    ///   - location: where the object can be read.
    /// - Throws: 409 when the key was used for another request.
    func answerCreation<View: Encodable & Sendable>(
        of request: Request,
        body: [UInt8],
        in context: TenantWebContext,
        location: @Sendable (View) -> String,
        _ make: @Sendable (ShardTransaction<WriteAccess>, Person) async throws -> View
    ) async throws -> Response {
        let key = try IdempotencyKey(of: request, body: body, secret: keySecret)
        return try await write(for: request, in: context) { transaction, person in
            if let key {
                let claim = try await transaction.idempotencyKeys.claim(
                    key.text,
                    of: person.user.id,
                    fingerprint: key.fingerprint
                )
                switch claim {
                case .new:
                    break
                case .answered(let answer):
                    return .replay(answer)
                case .misused:
                    throw WebFailure.misusedKey
                }
            }
            let view = try await make(transaction, person)
            let (body, location) = (try WireJSON.encode(view), location(view))
            if let key {
                try await transaction.idempotencyKeys.keep(
                    KeptAnswer(
                        status: 201,
                        location: location,
                        body: String(decoding: body, as: UTF8.self)
                    ),
                    under: key.text,
                    of: person.user.id
                )
            }
            return .created(encoded: body, location: location)
        }
    }
}
