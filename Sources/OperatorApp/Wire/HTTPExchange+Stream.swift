import AsyncHTTPClient
import NIOCore
import NIOHTTP1

extension HTTPExchange {
    /// The pieces of an answer's body as they come.
    struct Chunks: AsyncIteratorProtocol {
        fileprivate var buffers: HTTPClientResponse.Body.AsyncIterator

        mutating func next() async throws -> [UInt8]? {
            try await buffers.next().map { Array($0.readableBytesView) }
        }
    }

    /// Sends the request and lends the pieces of its answer; leaving ends the exchange.
    ///
    /// - Throws: ``TransportError`` when no answer begins; what `body` throws.
    func withStream<Result: Sendable>(_ body: (_ status: Int, Chunks) async throws -> Result) async throws -> Result {
        let response: HTTPClientResponse
        do {
            response = try await HTTPExchange.client.execute(request, timeout: TimeAmount(timeout))
        } catch let error as CancellationError {
            throw error
        } catch {
            throw TransportError(error, within: timeout)
        }
        return try await body(Int(response.status.code), Chunks(buffers: response.body.makeAsyncIterator()))
    }
}
