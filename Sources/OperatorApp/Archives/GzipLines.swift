import Compression
import Glibc
import Topology

/// The lines of a gzip file, in bounded memory.
final class GzipLines {
    private let path: String
    private let descriptor: CInt
    private let gzip = GzipDecoder()
    /// The beginning of a line whose end has not been read.
    private var pending: [UInt8] = []
    private var lines: [[UInt8]] = []
    private var next = 0
    /// How many lines lie behind.
    private(set) var number = 0

    /// A longer line is none that an export has written.
    private static let longestLine = 16 << 20

    /// - Throws: one sentence for the operator.
    init(path: String) throws {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw OperatorError(.usage, "\(path) cannot be read: \(String(cString: strerror(errno)))")
        }
    }

    deinit { close(descriptor) }

    /// Whether the file, read to its end, ended with a line and with what ends a gzip file.
    var isWhole: Bool { gzip.isAtEnd && pending.isEmpty }

    /// The next line, without its line feed; nil when there is none.
    func peek() throws -> [UInt8]? {
        while next >= lines.count {
            lines = []
            next = 0
            guard try fill() else { return nil }
        }
        return lines[next]
    }

    /// Goes past the line that ``peek()`` has told.
    func advance() {
        next += 1
        number += 1
    }

    // MARK: - Private

    /// - Returns: false at the end of the file.
    private func fill() throws -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = read(descriptor, &buffer, buffer.count)
        guard count >= 0 else {
            throw OperatorError(.failed, "\(path) cannot be read: \(String(cString: strerror(errno)))")
        }
        guard count > 0 else { return false }
        do {
            try gzip.decode(Array(buffer[..<count])) { piece in
                for byte in piece {
                    if byte == 0x0A {
                        lines.append(pending)
                        pending = []
                    } else {
                        pending.append(byte)
                    }
                }
                guard pending.count <= GzipLines.longestLine else { throw GzipDecoder.Damaged() }
            }
        } catch is GzipDecoder.Damaged {
            throw OperatorError(.usage, "\(path) is damaged, or is no gzip file; nothing was imported")
        }
        return true
    }
}
