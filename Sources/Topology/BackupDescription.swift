/// How the databases are backed up, and how each one's PostgreSQL is stopped and started for a restore.
///
/// The names of folders and the commands may contain `{name}`, which stands for `directory` or the name of a shard.
package struct BackupDescription: Hashable, Sendable {
    /// How the files of the repository are compressed.
    package enum Compression: String, CaseIterable, Sendable {
        case zst
        case lz4
        case gz
        case none
    }

    package let repository: BackupRepository
    /// Whether the repository is encrypted with the secret `backup-passphrase`.
    package let isEncrypted: Bool
    /// How many full backups of each database are kept, each with what depends on it.
    package let fullsKept: Int
    /// How many differential backups of each database are kept.
    package let differentialsKept: Int
    package let compression: Compression
    /// How many processes read, compress and write at once.
    package let processes: Int
    /// The age at which the newest backup of a database is too old.
    package let maximumAgeHours: Int
    /// The data folder of a database's PostgreSQL, on the machine where it runs.
    package let data: String
    /// The folder of its Unix socket.
    package let socket: String
    /// Shell commands that stop a database's PostgreSQL, so that nothing starts it again, and start it.
    package let stop: String
    package let start: String
    /// The file of pgbackrest's settings, which `hubctl backup init` writes.
    package let settings: String

    /// A template for one database.
    package static func filled(_ template: String, name: String) -> String {
        template.replacing("{name}", with: name)
    }
}

/// Where backups are kept.
package enum BackupRepository: Hashable, Sendable {
    /// A folder of the machine, which may be mounted from elsewhere.
    case folder(String)
    case s3(BackupBucket)
}

/// A bucket of an S3-compatible store; its keys are the secrets `backup-s3-key` and `backup-s3-key-secret`.
package struct BackupBucket: Hashable, Sendable {
    /// `host` or `host:port`; it is spoken to by TLS.
    package let endpoint: String
    package let name: String
    package let region: String
    /// The folder within the bucket; begins with a slash.
    package let path: String
    /// Whether the bucket's name is in the path of a URL instead of in its host.
    package let usesPathStyle: Bool
    package let verifiesTLS: Bool
    /// A file of certificates in PEM that vouch for the endpoint; nil for those of the system.
    package let authority: String?
}
