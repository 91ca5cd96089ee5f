import Directory
import HTTPTypes
import HubModel
import HubWeb
import HubWire
import Hummingbird
import Logging

/// Answers a POST that makes something, once for each `Idempotency-Key`: what is sent again within 24 hours gets the
/// answer of the first time. A refusal is not kept, since its reason may pass.
struct Idempotency: Sendable {
    let directory: DirectoryStore
    /// What fingerprints of requests are made with.
    let secret: [UInt8]

    /// - Parameters:
    ///   - body: the bytes of the request's body.
    ///   - admin: who asks; nil for people without an account.
    ///   - location: where what was made can be found.
    /// - Throws: 409 when the key was used for another request, or the same is being answered at this moment.
    func answerCreation<View: Encodable>(
        of request: Request,
        body: [UInt8],
        by admin: SuperAdmin?,
        location: (View) -> String?,
        _ make: () async throws -> View
    ) async throws -> Response {
        guard let key = try IdempotencyKey(of: request, body: body, secret: secret) else {
            return try await answer(make, location).response
        }
        switch try await directory.claimKey(key.text, of: admin?.id, fingerprint: key.fingerprint) {
        case .new:
            break
        case .answered(let kept):
            return .replay(kept)
        case .misused:
            throw WebFailure.misusedKey
        case .busy:
            throw WebFailure(
                .conflict("A request with this Idempotency-Key is being answered. Try again in a moment."),
                fields: [.retryAfter: "1"]
            )
        }
        do {
            let (response, kept) = try await answer(make, location)
            try await directory.keep(kept, under: key.text, of: admin?.id)
            return response
        } catch {
            try? await directory.releaseKey(key.text, of: admin?.id)
            throw error
        }
    }

    // MARK: - Private

    private func answer<View: Encodable>(
        _ make: () async throws -> View,
        _ location: (View) -> String?
    ) async throws -> (response: Response, kept: KeptAnswer) {
        let view = try await make()
        let (body, location) = (try WireJSON.encode(view), location(view))
        let kept = KeptAnswer(status: 201, location: location, body: String(decoding: body, as: UTF8.self))
        return (.created(encoded: body, location: location), kept)
    }
}
