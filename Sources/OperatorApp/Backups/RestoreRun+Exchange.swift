import FoundationEssentials
import Glibc
import HubModel
import Postgres
import Topology

/// How restored files take the place of the old ones, and how that is undone.
extension RestoreRun {
    /// Finishes or undoes what a run has left that was killed.
    func settleLeftovers() async throws {
        if files.fileExists(atPath: mark) {
            note(
                "an earlier restore of \(target.described) was interrupted after its files were in place; it is finished first"
            )
            do {
                try await server.start()
            } catch {
                throw await exchangedBack(error)
            }
            _ = try finish()
        } else if files.fileExists(atPath: side) {
            note(
                "an earlier restore of \(target.described) was interrupted before its files were in place; it is undone first"
            )
            try files.removeItem(atPath: side)
            if target.folder != nil { try await server.start() }
        }
    }

    /// Puts the restored files into the place of the old ones and starts them; on failure the old ones again.
    func takeOver(_ prepared: Prepared) async throws {
        do {
            try keepConfiguration()
        } catch {
            throw await undone(error)
        }
        guard target.folder != nil else {
            // Nothing is there to be exchanged with.
            try? files.removeItem(atPath: target.data)
            guard rename(side, target.data) == 0 else {
                throw OperatorError(.failed, "cannot put \(side) in place: \(String(cString: strerror(errno)))")
            }
            return try await server.start()
        }
        do {
            try PrivateFile.replace("\(side)/\(RestoreMark.name)", "restored to \(moment)\n")
            try target.user.own("\(side)/\(RestoreMark.name)")
            try ClusterFolder.exchange(side, target.data)
        } catch {
            throw await undone(error)
        }
        do {
            try await server.start()
            try await checkServing(prepared)
        } catch {
            throw await exchangedBack(error)
        }
    }

    /// Removes the mark and, unless they are to be kept, the old files.
    ///
    /// - Returns: where they are kept.
    func finish() throws -> String? {
        if files.fileExists(atPath: mark) { try files.removeItem(atPath: mark) }
        guard files.fileExists(atPath: side) else { return nil }
        guard keepsOld else {
            try files.removeItem(atPath: side)
            return nil
        }
        let seconds = Timestamp.now().description.prefix { $0 != "." }.filter { $0 != "-" && $0 != ":" && $0 != "Z" }
        let kept = "\(target.data).before-\(seconds)"
        try files.moveItem(atPath: side, toPath: kept)
        return kept
    }

    /// Puts everything back as it was.
    ///
    /// - Returns: the error to throw.
    func undone(_ error: any Error) async -> any Error {
        var ending = "nothing was changed"
        do {
            if files.fileExists(atPath: side) { try files.removeItem(atPath: side) }
            if target.folder != nil {
                try await server.start()
                ending = "\(target.described) is as it was and serves again"
            }
        } catch let failure {
            ending = "\(target.described) is as it was, but \(failure)"
        }
        if error is CancellationError {
            return OperatorError(.failed, "the restore was interrupted; \(ending)", underlying: error)
        }
        guard let failure = OperatorError(explaining: error) else { return error }
        return OperatorError(failure.status, "\(failure.message); \(ending)", underlying: error)
    }

    // MARK: - Private

    /// How the server is set up is no data: it stays as it is.
    private func keepConfiguration() throws {
        guard let old = target.folder?.path else { return }
        let kept = [".conf", ".crt", ".key", ".pem", ".ready"]
        for name in try files.contentsOfDirectory(atPath: old) where kept.contains(where: name.hasSuffix) {
            let copy = "\(side)/\(name)"
            var information = stat()
            guard lstat("\(old)/\(name)", &information) == 0, information.st_mode & S_IFMT == S_IFREG else { continue }
            try? files.removeItem(atPath: copy)
            try files.copyItem(atPath: "\(old)/\(name)", toPath: copy)
            try target.user.own(copy)
        }
    }

    /// The server that answers is the restored one, and it has what was examined.
    private func checkServing(_ prepared: Prepared) async throws {
        guard let gate = prepared.settlement.gateEpoch else { return }
        let epoch = try await access.withSession(target) { connection in
            try await connection.query("SELECT epoch FROM cache_gate").single().decode(Int64.self, at: 0)
        }
        guard epoch >= gate else {
            throw OperatorError(
                .failed,
                "the server at \(target.database.address) is not the one restored in \(target.data): correct the endpoints or backups.data"
            )
        }
    }

    /// Takes the restored files out again, of which the server does not start.
    ///
    /// - Returns: the error to throw.
    private func exchangedBack(_ error: any Error) async -> any Error {
        try? await server.stop()
        do {
            try ClusterFolder.exchange(side, target.data)
        } catch let failure {
            return OperatorError(.failed, "\(error), and the old files in \(side) cannot be put back: \(failure)")
        }
        return await undone(error)
    }
}
