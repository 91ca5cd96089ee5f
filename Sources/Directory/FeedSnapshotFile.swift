import Glibc
package import Placement

/// Where a router keeps its last good snapshot, so that it can start without a directory.
package struct FeedSnapshotFile: Sendable {
    package let path: String

    package init(path: String) {
        self.path = path
    }

    /// The stored snapshot, or nil when there is no file.
    package func load() throws(FeedSnapshotFileError) -> DirectorySnapshot? {
        guard let bytes = try read() else { return nil }
        do throws(PlacementError) {
            return try DirectorySnapshot(decoding: bytes)
        } catch {
            throw FeedSnapshotFileError(path: path, reason: error.message)
        }
    }

    /// Replaces the file as a whole: a crash at any moment leaves the old one or the new one.
    ///
    /// It blocks for as long as the disk takes.
    package func store(_ snapshot: DirectorySnapshot) throws(FeedSnapshotFileError) {
        try makeFolder()
        let temporary = "\(path).\(getpid()).tmp"
        do throws(FeedSnapshotFileError) {
            try write(snapshot, to: temporary)
            guard rename(temporary, path) == 0 else { throw failure("cannot be replaced") }
        } catch {
            unlink(temporary)
            throw error
        }
        // The new name is in the folder, and the folder has to reach the disk too.
        try withDescriptor(folder, O_RDONLY | O_DIRECTORY) { (descriptor) throws(FeedSnapshotFileError) in
            guard fsync(descriptor) == 0 else { throw failure("cannot be made durable") }
        }
    }

    // MARK: - Private

    private var folder: String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private func failure(_ what: String) -> FeedSnapshotFileError {
        FeedSnapshotFileError(path: path, reason: "it \(what): \(String(cString: strerror(errno)))")
    }

    private func withDescriptor<Result>(
        _ path: String,
        _ flags: Int32,
        _ body: (Int32) throws(FeedSnapshotFileError) -> Result
    ) throws(FeedSnapshotFileError) -> Result {
        let descriptor = open(path, flags | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("cannot be opened") }
        defer { close(descriptor) }
        return try body(descriptor)
    }

    private func makeFolder() throws(FeedSnapshotFileError) {
        var end = folder.startIndex
        while end < folder.endIndex {
            end = folder[folder.index(after: end)...].firstIndex(of: "/") ?? folder.endIndex
            guard mkdir(String(folder[..<end]), 0o700) == 0 || errno == EEXIST else {
                throw failure("has no folder, and none can be made")
            }
        }
    }

    private func read() throws(FeedSnapshotFileError) -> [UInt8]? {
        guard access(path, F_OK) == 0 || errno != ENOENT else { return nil }
        return try withDescriptor(path, O_RDONLY) { (descriptor) throws(FeedSnapshotFileError) in
            var facts = stat()
            guard fstat(descriptor, &facts) == 0 else { throw failure("cannot be looked at") }
            var isWhole = true
            let bytes = [UInt8](unsafeUninitializedCapacity: Int(facts.st_size)) { buffer, count in
                while count < buffer.count {
                    let got = Glibc.read(descriptor, buffer.baseAddress! + count, buffer.count - count)
                    if got <= 0 {
                        isWhole = got == 0
                        break
                    }
                    count += got
                }
            }
            guard isWhole else { throw failure("cannot be read") }
            return bytes
        }
    }

    private func write(_ snapshot: DirectorySnapshot, to path: String) throws(FeedSnapshotFileError) {
        try withDescriptor(path, O_WRONLY | O_CREAT | O_TRUNC) { (descriptor) throws(FeedSnapshotFileError) in
            try snapshot.encode { (piece) throws(FeedSnapshotFileError) in
                let isWritten = piece.withUnsafeBytes { bytes in
                    var offset = 0
                    while offset < bytes.count {
                        let count = Glibc.write(descriptor, bytes.baseAddress! + offset, bytes.count - offset)
                        guard count > 0 else { return false }
                        offset += count
                    }
                    return true
                }
                guard isWritten else { throw failure("cannot be written") }
            }
            guard fsync(descriptor) == 0 else { throw failure("cannot be made durable") }
        }
    }
}

/// A snapshot file cannot be used, as one sentence.
package struct FeedSnapshotFileError: Error, CustomStringConvertible {
    package let path: String
    package let reason: String

    package var description: String { "the snapshot file \(path) cannot be used: \(reason)" }
}
