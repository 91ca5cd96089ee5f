extension Topology {
    /// The keys of the section `backups`, which may be left out as a whole.
    static let backupDocumentation = [
        TopologyKey(
            "backups.folder",
            "the path of the folder in which backups are kept, unless they are in a bucket",
            default: "none"
        ),
        TopologyKey("backups.s3.endpoint", "host or host:port of an S3-compatible store, spoken to by TLS"),
        TopologyKey("backups.s3.bucket", "its bucket; the secrets backup-s3-key and backup-s3-key-secret open it"),
        TopologyKey("backups.s3.region", "the bucket's region"),
        TopologyKey("backups.s3.path", "the folder within the bucket", default: "/workspace-hub"),
        TopologyKey(
            "backups.s3.pathStyle",
            "true where the bucket is named in a URL's path instead of its host",
            default: "false"
        ),
        TopologyKey("backups.s3.verifyTLS", "whether the endpoint must prove who it is", default: "true"),
        TopologyKey(
            "backups.s3.authority",
            "the path of a file of certificates in PEM that vouch for the endpoint",
            default: "the system's"
        ),
        TopologyKey(
            "backups.encrypted",
            "whether backups are encrypted with the secret backup-passphrase, without which they are lost",
            default: "true"
        ),
        TopologyKey("backups.full", "1–1000, how many full backups of a database are kept", default: "2"),
        TopologyKey("backups.differential", "1–1000, how many differential ones are kept", default: "7"),
        TopologyKey("backups.compression", "zst, lz4, gz or none", default: "zst"),
        TopologyKey("backups.processes", "1–64, how many processes back up and restore at once", default: "2"),
        TopologyKey(
            "backups.maximumAgeHours",
            "1–8760, the age at which a database's newest backup is called too old",
            default: "26"
        ),
        TopologyKey(
            "backups.data",
            "the path of a PostgreSQL's data folder on its machine; {name} stands for directory or the shard's name, here and below"
        ),
        TopologyKey("backups.socket", "the folder of its Unix socket", default: "/var/run/postgresql"),
        TopologyKey("backups.stop", "the shell command that stops it, so that nothing starts it again"),
        TopologyKey("backups.start", "the shell command that starts it again"),
        TopologyKey(
            "backups.settings",
            "the file that hubctl backup init writes for pgbackrest",
            default: "/etc/pgbackrest/pgbackrest.conf"
        ),
    ]
}
