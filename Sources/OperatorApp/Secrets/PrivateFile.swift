import Glibc

/// Files only their owner may read (mode 0600), which appear whole or not at all.
enum PrivateFile {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Writes the file if there is none of this name.
    ///
    /// - Returns: false when there is one already, which is left as it is.
    static func create(_ path: String, _ text: String) throws(Failure) -> Bool {
        let temporary = try writeBeside(path, text)
        defer { unlink(temporary) }
        // A link, unlike a rename, never replaces: two that create the same file cannot both believe they did.
        if link(temporary, path) == 0 { return true }
        guard errno == EEXIST else { throw failure("write", path) }
        return false
    }

    /// Writes the file, in place of one of this name.
    static func replace(_ path: String, _ text: String) throws(Failure) {
        let temporary = try writeBeside(path, text)
        guard rename(temporary, path) == 0 else {
            let failure = failure("write", path)
            unlink(temporary)
            throw failure
        }
    }

    /// Makes the directory and its missing parents; those it makes are for their owner alone (mode 0700).
    static func makeDirectory(_ path: String) throws(Failure) {
        var information = stat()
        if stat(path, &information) == 0 {
            guard information.st_mode & S_IFMT == S_IFDIR else {
                throw Failure(description: "\(path) is not a directory")
            }
            return
        }
        if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
            try makeDirectory(String(path[..<slash]))
        }
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw failure("create the directory", path) }
    }

    /// Whether the directory lets others than its owner in.
    static func isOpenToOthers(_ path: String) -> Bool {
        var information = stat()
        return stat(path, &information) == 0 && information.st_mode & 0o077 != 0
    }

    // MARK: - Private

    private static func writeBeside(_ path: String, _ text: String) throws(Failure) -> String {
        let temporary = "\(path).new-\(getpid())-\(UInt32.random(in: .min ... .max))"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("write", path) }
        let bytes = Array(text.utf8)
        let isWritten = write(descriptor, bytes, bytes.count) == bytes.count && fsync(descriptor) == 0
        let failure = failure("write", path)
        close(descriptor)
        guard isWritten else {
            unlink(temporary)
            throw failure
        }
        return temporary
    }

    private static func failure(_ verb: String, _ path: String) -> Failure {
        Failure(description: "cannot \(verb) \(path): \(String(cString: strerror(errno)))")
    }
}
