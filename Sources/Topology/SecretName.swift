package import HubModel

/// The name of a secret of a deployment.
package struct SecretName: Hashable, Sendable {
    /// The name of its file.
    package let text: String
    /// What it opens, for people.
    package let meaning: String

    /// The environment variable that may hold it instead of a file.
    package var environmentVariable: String {
        "HUB_SECRET_" + String(text.uppercased().map { $0 == "-" ? "_" : $0 })
    }
}

extension SecretName {
    package static let directoryAdminPassword = SecretName(
        text: "directory-admin-password",
        meaning: "password of role hub_admin in the directory's PostgreSQL"
    )
    package static let directoryRouterPassword = SecretName(
        text: "directory-router-password",
        meaning: "password of role hub_router in the directory's PostgreSQL"
    )
    package static let directoryControlPassword = SecretName(
        text: "directory-control-password",
        meaning: "password of role hub_control in the directory's PostgreSQL"
    )
    package static let directoryBackendPassword = SecretName(
        text: "directory-backend-password",
        meaning: "password of role hub_backend in the directory's PostgreSQL"
    )
    package static let routerSigningKey = SecretName(
        text: "router-signing-key",
        meaning: "text of at least 32 bytes with which routers and control sign requests to backends"
    )
    package static let controlTokenKey = SecretName(
        text: "control-token-key",
        meaning: "Ed25519 private key (base 64 of 32 bytes) of control's tokens"
    )

    /// Known to `hubctl` alone, and chosen by a person: it is not among ``all(for:)``.
    package static let superAdminPassword = SecretName(
        text: "superadmin-password",
        meaning: "password with which hubctl signs in at control"
    )

    package static let backupPassphrase = SecretName(
        text: "backup-passphrase",
        meaning: "passphrase with which backups are encrypted; without it they are lost, so keep a copy elsewhere"
    )

    /// Given by whoever runs the store, and so not among ``all(for:)``, as is the next.
    package static let backupBucketKey = SecretName(text: "backup-s3-key", meaning: "access key of the backups' bucket")
    package static let backupBucketKeySecret = SecretName(
        text: "backup-s3-key-secret",
        meaning: "secret of the access key of the backups' bucket"
    )

    package static func shardAdminPassword(_ shard: ShardID) -> SecretName {
        SecretName(
            text: "shard-\(shard)-admin-password",
            meaning: "password of role hub_admin in the shard's PostgreSQL"
        )
    }

    package static func shardAppPassword(_ shard: ShardID) -> SecretName {
        SecretName(text: "shard-\(shard)-app-password", meaning: "password of role hub_app in the shard's PostgreSQL")
    }

    package static func shardTokenKey(_ shard: ShardID) -> SecretName {
        SecretName(
            text: "shard-\(shard)-token-key",
            meaning: "Ed25519 private key (base 64 of 32 bytes) of the tokens that the shard's backends issue"
        )
    }

    package static func redisPassword(_ region: RegionID) -> SecretName {
        SecretName(text: "redis-\(region)-password", meaning: "password of the region's Redis")
    }

    package static func auditAdminPassword(_ region: RegionID) -> SecretName {
        SecretName(
            text: "audit-\(region)-admin-password",
            meaning: "password of role hub_admin in the PostgreSQL of the region's audit store"
        )
    }

    package static func auditAppPassword(_ region: RegionID) -> SecretName {
        SecretName(
            text: "audit-\(region)-app-password",
            meaning: "password of role hub_app in the PostgreSQL of the region's audit store"
        )
    }

    /// Every secret of the deployment.
    package static func all(for topology: Topology) -> [SecretName] {
        [
            .directoryAdminPassword, .directoryRouterPassword, .directoryControlPassword, .directoryBackendPassword,
            .routerSigningKey, .controlTokenKey,
        ]
            + topology.shards.flatMap { shard in
                [.shardAdminPassword(shard.id), .shardAppPassword(shard.id), .shardTokenKey(shard.id)]
            }
            + topology.regions.map { .redisPassword($0.id) }
            + topology.regions.filter { $0.audit != nil }.flatMap { region in
                [.auditAdminPassword(region.id), .auditAppPassword(region.id)]
            }
            + (topology.backups?.isEncrypted == true ? [.backupPassphrase] : [])
    }
}
