import HTTPTypes
import HubWire
package import Hummingbird
import NIOCore

extension Request {
    /// Reads the whole body as JSON of the given kind.
    ///
    /// - Throws: 415 for another media type, 413 for a body beyond the limit, `InvalidRequest` naming every bad field.
    package func json<Value: Decodable>(_ type: Value.Type, context: some RequestContext) async throws -> Value {
        try await jsonBody(type, context: context).value
    }

    /// Reads the whole body as ``json(_:context:)`` does, and gives its bytes as well.
    package func jsonBody<Value: Decodable>(
        _ type: Value.Type,
        context: some RequestContext
    ) async throws -> (value: Value, bytes: [UInt8]) {
        let mediaType = self.mediaType
        guard mediaType == "application/json" || mediaType.hasSuffix("+json") else {
            throw Problem.unsupportedMediaType(expected: "JSON, sent with Content-Type: application/json")
        }
        let body = try await body.collect(upTo: context.maxUploadSize)
        let bytes = Array(body.readableBytesView)
        return (try WireJSON.decode(type, from: bytes), bytes)
    }

    /// Reads the whole body as a form a browser has filled in.
    package func form(context: some RequestContext) async throws -> Form {
        guard mediaType == "application/x-www-form-urlencoded" else {
            throw Problem.unsupportedMediaType(expected: "a form, sent as application/x-www-form-urlencoded")
        }
        let body = try await body.collect(upTo: context.maxUploadSize)
        return try Form(encoded: String(buffer: body))
    }

    /// The media type without its parameters, in lower case; empty when the request names none.
    private var mediaType: String {
        let field = headers[.contentType] ?? ""
        return field.prefix { $0 != ";" }.filter { !$0.isWhitespace }.lowercased()
    }
}
