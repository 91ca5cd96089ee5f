/// What can happen to a deployment. The last ones are scripts: a few faults whose coincidence chance alone seldom brings.
package enum Fault: CaseIterable, Hashable, Sendable {
    case redisRestartsEmpty
    case redisSavesDump
    case redisRestartsFromDump
    case redisDies
    case redisStops
    case redisFlushes
    case redisEvicts
    /// Its clock is set forward or back; times to live and the age of fences follow it.
    case redisClockJumps
    case backendLosesRedis
    case backendLosesPostgres
    case postgresSlowForBackend
    case redisSlowForBackend
    case backendSuspended
    case backendCrashes
    /// One backend's readings of the gate arrive late while another cannot fence.
    case slowReadingsWhileGateCloses
    /// One backend asks about the gate slowly, another cannot ask at all, and a third cannot fence.
    case slowQuestionWhileGateCloses
    /// Redis is flushed while a slow commit is on its way, and the writer loses Redis.
    case flushedDuringCommit
    /// Redis evicts what it may while a slow commit is on its way, and the writer loses Redis.
    case evictedDuringCommit
    /// Redis's clock is set forward while a slow commit is on its way, and the writer loses Redis.
    case clockJumpsDuringCommit
    /// Redis is flushed, and a write that needs no fence is slow to commit while the gate opens again.
    case slowCommitWhileOff
    /// A commit takes longer than a fence is believed in without asking, and its writer dies meanwhile.
    case verySlowCommit
    /// Redis is flushed, then some backends lose it: fences are gone and nobody can delete what is filled.
    case flushedThenLost
    /// Redis restarts with a dump of a moment ago, and so fast that few notice.
    case quickRestartFromDump
    /// A backend sleeps beyond its lease while another cannot fence.
    case suspendedWhileGateCloses
}
