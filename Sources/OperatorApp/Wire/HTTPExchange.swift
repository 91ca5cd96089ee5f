import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOHTTP1
import NIOSSL
import Topology

/// One HTTP request and its whole answer, within a time limit.
struct HTTPExchange: Sendable {
    let method: HTTPMethod
    let url: String
    var headers: [(name: String, value: String)] = []
    var body: [UInt8]?
    var timeout: Duration = .seconds(30)

    struct Answer: Sendable {
        let status: Int
        let headers: [(name: String, value: String)]
        let body: Data
    }

    /// Sends the request; redirects are not followed and connections not tried again.
    ///
    /// - Throws: ``TransportError`` when no whole answer came.
    func send() async throws -> Answer {
        do {
            let response = try await HTTPExchange.client.execute(request, timeout: TimeAmount(timeout))
            let buffer = try await response.body.collect(upTo: 16 << 20)
            return Answer(
                status: Int(response.status.code),
                headers: response.headers.map { ($0.name, $0.value) },
                body: Data(buffer.readableBytesView)
            )
        } catch let error as CancellationError {
            throw error
        } catch {
            throw TransportError(error, within: timeout)
        }
    }

    /// The query part of a URL, with its question mark; items without a value are left out (RFC 3986 section 3.4).
    static func query(_ items: [(name: String, value: String?)]) -> String {
        let pairs = items.compactMap { item in item.value.map { "\(item.name)=\(percentEncoded($0))" } }
        return pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&")
    }

    /// Every byte that is not unreserved (RFC 3986 section 2.3) as `%XX`.
    static func percentEncoded(_ text: String) -> String {
        let unreserved = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~".utf8)
        return text.utf8.reduce(into: "") { encoded, byte in
            if unreserved.contains(byte) {
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                encoded += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
            }
        }
    }

    var request: HTTPClientRequest {
        var request = HTTPClientRequest(url: url)
        request.method = method
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let body { request.body = .bytes(ByteBuffer(bytes: body)) }
        return request
    }

    /// Lives as long as the process, so it is never shut down.
    static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        // A refused connection is an answer; waiting for a better one would turn it into a time-out.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.timeout.connect = .seconds(5)
        if let file = ProcessInfo.processInfo.environment[EnvironmentVariable.tlsAuthority.rawValue], !file.isEmpty {
            var tls = TLSConfiguration.clientDefault
            // What cannot be read vouches for nobody.
            tls.additionalTrustRoots = [.certificates((try? NIOSSLCertificate.fromPEMFile(file)) ?? [])]
            configuration.tlsConfiguration = tls
        }
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()
}
