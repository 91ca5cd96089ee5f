import FoundationEssentials
import Glibc
package import Observability
import Synchronization

/// The access log of a test's router, kept in a file that has no name.
package final class AccessLines: Sendable {
    package struct Line: Decodable, Sendable {
        package let request_id: String
        package let method: String?
        package let host: String?
        package let path: String?
        package let status: Int
        package let tenant: String?
        package let backend: String?
    }

    package let writer: LogWriter
    private let descriptor: CInt

    package init() {
        var template = Array("/tmp/hub-access.XXXXXX".utf8CString)
        descriptor = mkstemp(&template)
        precondition(descriptor >= 0, "no file for the access log")
        unlink(template)
        writer = LogWriter(descriptor: descriptor, capacity: 1 << 28)
    }

    deinit {
        writer.stop()
        close(descriptor)
    }

    /// All lines, once the router has stopped.
    package func read() throws -> [Line] {
        writer.flush(within: .seconds(30))
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = pread(descriptor, &buffer, buffer.count, off_t(bytes.count))
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        return try bytes.split(separator: UInt8(ascii: "\n")).map {
            try JSONDecoder().decode(Line.self, from: Data($0))
        }
    }
}
