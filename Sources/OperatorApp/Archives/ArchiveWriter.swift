import Compression
import Crypto
import Glibc
import HubModel
import HubWire
import ShardStore
import Topology

/// Writes an archive: gzip of lines of JSON. The file is for its owner alone (mode 0600), and appears whole or not at
/// all.
final class ArchiveWriter {
    private let path: String
    private let temporary: String
    private var descriptor: CInt
    private let gzip = GzipEncoder()
    private var hash = SHA256()
    private var rows: [String: Int] = [:]

    /// Begins a file beside the one that it will be.
    ///
    /// - Throws: one sentence for the operator.
    init(path: String) throws {
        self.path = path
        temporary = "\(path).partial-\(getpid())"
        descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw ArchiveWriter.failure(path) }
    }

    deinit { abandon() }

    func begin(_ header: some Encodable) throws { try write(line: WireJSON.encode(header)) }

    func add(_ texts: [String], of table: String) throws {
        rows[table, default: 0] += texts.count
        var bytes: [UInt8] = []
        for text in texts { bytes += #"{"table":"\#(table)","row":\#(text)}\#n"#.utf8 }
        hash.update(data: bytes)
        try write(gzip.encode(bytes, .sync))
    }

    /// Ends the file and puts it in its place.
    ///
    /// - Returns: what its last line says.
    func finish() throws -> ArchiveTrailer {
        let trailer = ArchiveTrailer(rows: rows, sha256: hash.finalize().hexadecimal)
        try write(gzip.encode(try WireJSON.encode(trailer) + [0x0A], .finish))
        guard fsync(descriptor) == 0, rename(temporary, path) == 0 else { throw ArchiveWriter.failure(path) }
        close(descriptor)
        descriptor = -1
        return trailer
    }

    // MARK: - Private

    private func write(line: [UInt8]) throws {
        hash.update(data: line + [0x0A])
        try write(gzip.encode(line + [0x0A], .sync))
    }

    private func write(_ bytes: [UInt8]) throws {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.write(descriptor, buffer.baseAddress! + done, buffer.count - done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw ArchiveWriter.failure(path) }
            done += count
        }
    }

    private func abandon() {
        guard descriptor >= 0 else { return }
        close(descriptor)
        unlink(temporary)
        descriptor = -1
    }

    private static func failure(_ path: String) -> OperatorError {
        OperatorError(.failed, "\(path) cannot be written: \(String(cString: strerror(errno)))")
    }
}
