import AsyncHTTPClient
import Glibc
import NIOCore
import NIOPosix

/// Why no HTTP answer came, in a few words that fit behind “does not answer”.
struct TransportError: Error, CustomStringConvertible {
    enum Code: Sendable {
        case refused
        case timedOut
        case failed
    }

    let code: Code
    let description: String
    let underlying: any Error

    init(_ error: any Error, within limit: Duration) {
        underlying = error
        if let error = error as? HTTPClientError, TransportError.timeouts.contains(error) {
            code = .timedOut
            description = "no answer within \(limit.formattedSeconds)"
        } else if let number = TransportError.systemError(in: error) {
            code = number == ECONNREFUSED ? .refused : .failed
            description = String(cString: strerror(number)).lowercased()
        } else if error is HTTPClientError {
            code = .failed
            description = "the connection broke"
        } else {
            code = .failed
            description = "\(error)"
        }
    }

    // MARK: - Private

    private static let timeouts: [HTTPClientError] = [
        .deadlineExceeded, .connectTimeout, .readTimeout, .getConnectionFromPoolTimeout,
    ]

    private static func systemError(in error: any Error) -> CInt? {
        switch error {
        case let error as IOError: error.errnoCode
        case let error as NIOConnectionError: error.connectionErrors.lazy.compactMap { systemError(in: $0.error) }.first
        default: nil
        }
    }
}

extension Duration {
    /// Seconds with at most one decimal: `2 s`, `0.5 s`.
    var formattedSeconds: String {
        let tenths = Int((seconds * 10).rounded())
        return tenths.isMultiple(of: 10) ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
    }
}
