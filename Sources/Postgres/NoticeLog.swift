import CPostgres
import Logging

/// Writes the server's notices to a log (libpq itself would print them).
final class NoticeLog {
    private let logger: Logger

    init(_ logger: Logger) {
        self.logger = logger
    }

    /// Reports one notice.
    func report(_ notice: OpaquePointer) {
        guard logger.logLevel <= .debug else { return }
        logger.debug(
            "notice of the server",
            metadata: ["notice": "\(unsafe LibpqText.oneLine(PQresultErrorMessage(notice)))"]
        )
    }
}
