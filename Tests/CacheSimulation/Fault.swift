/// What can happen to a deployment. The last ones are scripts: a few faults whose coincidence chance alone seldom brings.
enum Fault: CaseIterable, Hashable {
    case redisRestartsEmpty
    case redisSavesDump
    case redisRestartsFromDump
    case redisDies
    case redisStops
    case redisFlushes
    case redisEvicts
    case backendLosesRedis
    case backendLosesPostgres
    case postgresSlowForBackend
    case backendSuspended
    case backendCrashes
    /// One backend's readings of the gate arrive late while another cannot fence.
    case slowReadingsWhileGateCloses
    /// Redis is flushed, then some backends lose it: fences are gone and nobody can delete what is filled.
    case flushedThenLost
    /// Redis restarts with a dump of a moment ago, and so fast that few notice.
    case quickRestartFromDump
    /// A backend sleeps beyond its lease while another cannot fence.
    case suspendedWhileGateCloses
}
