import FoundationEssentials
import Glibc
import Topology

/// The settings of pgbackrest for every database of a topology: the text of a file that only its reader's owner may read.
struct BackupSettings: Sendable {
    /// The first line of every such file; another one is not overwritten.
    static let mark = "# Written by hubctl backup init from the topology; changes are lost."

    let text: String

    /// - Parameter folder: where the file is, and its locks.
    init(_ backups: BackupDescription, targets: [BackupTarget], secrets: Secrets, folder: String) throws {
        var lines = [BackupSettings.mark, "[global]"]
        switch backups.repository {
        case .folder(let path): lines.append("repo1-path=\(path.absolutePath)")
        case .s3(let bucket): lines += try BackupSettings.lines(of: bucket, secrets: secrets)
        }
        if backups.isEncrypted {
            let passphrase = try secrets.secret(.backupPassphrase).text
            lines += ["repo1-cipher-type=aes-256-cbc", "repo1-cipher-pass=\(passphrase)"]
        }
        lines += [
            "repo1-retention-full=\(backups.fullsKept)", "repo1-retention-diff=\(backups.differentialsKept)",
            "compress-type=\(backups.compression.rawValue)", "process-max=\(backups.processes)",
            // A checkpoint at once, not within the minutes the server may take for one.
            "start-fast=y", "log-level-file=off", "log-level-console=off", "log-level-stderr=warn",
            // Of this deployment alone: another may have a database of the same name.
            "lock-path=\(folder)/lock",
        ]
        for target in targets {
            lines += [
                "", "[\(target.name)]", "pg1-path=\(target.data)", "pg1-port=\(target.port)",
                "pg1-socket-path=\(target.socket)", "pg1-user=\(target.database.administrator.name)",
            ]
        }
        text = lines.map { $0 + "\n" }.joined()
    }

    /// Writes the file for that user, unless it is somebody else's work.
    ///
    /// - Returns: whether it had another text before.
    @discardableResult
    func write(to path: String, for user: ServerUser) throws -> Bool {
        let folder = URL(filePath: path).deletingLastPathComponent().path
        let before = try? String(contentsOfFile: path, encoding: .utf8)
        if let before, !before.hasPrefix(BackupSettings.mark) {
            throw OperatorError(
                .refused,
                "\(path) was not written by hubctl: move it away, or name another file as backups.settings"
            )
        }
        if !FileManager.default.fileExists(atPath: folder) {
            try PrivateFile.makeDirectory(folder)
            try user.own(folder)
        }
        guard before != text else { return false }
        try PrivateFile.replace(path, text)
        try user.own(path)
        return true
    }

    // MARK: - Private

    private static func lines(of bucket: BackupBucket, secrets: Secrets) throws -> [String] {
        let parts = bucket.endpoint.split(separator: ":", maxSplits: 1)
        return [
            "repo1-type=s3", "repo1-path=\(bucket.path)", "repo1-s3-bucket=\(bucket.name)",
            "repo1-s3-endpoint=\(parts[0])", "repo1-s3-region=\(bucket.region)",
            "repo1-s3-key=\(try secrets.secret(.backupBucketKey).text)",
            "repo1-s3-key-secret=\(try secrets.secret(.backupBucketKeySecret).text)",
            "repo1-s3-uri-style=\(bucket.usesPathStyle ? "path" : "host")",
        ] + (parts.count > 1 ? ["repo1-storage-port=\(parts[1])"] : [])
            + (bucket.verifiesTLS ? [] : ["repo1-storage-verify-tls=n"])
            + (bucket.authority.map { ["repo1-storage-ca-file=\($0.absolutePath)"] } ?? [])
    }
}
