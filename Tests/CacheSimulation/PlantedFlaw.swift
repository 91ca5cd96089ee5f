/// A way to get the protocol wrong, and the faults under which that shows soonest.
package struct PlantedFlaw: Sendable, CustomStringConvertible {
    package let name: String
    package let flaws: ProtocolFlaws
    package let faults: [Fault]

    package var description: String { name }

    private init(_ name: String, _ flaws: ProtocolFlaws, _ faults: [Fault]) {
        self.name = name
        self.flaws = flaws
        self.faults = faults
    }

    /// A simulation with the flaw under the faults that were chosen for it, and nothing expected of the time after them.
    package func configuration(seed: UInt64) -> SimulationConfiguration {
        SimulationConfiguration(
            seed: seed,
            flaws: flaws,
            faults: faults,
            faultTime: .seconds(20),
            healingTime: .zero
        )
    }

    /// Each of them breaks a promise.
    package static let harmful = [
        PlantedFlaw("no fence, deleted before the acknowledgement", .noFence, []),
        PlantedFlaw("no fence, deleted after the acknowledgement", [.noFence, .acknowledgedFirst], []),
        PlantedFlaw("run id checked before the reply", .runCheckedBeforeReply, [.quickRestartFromDump]),
        PlantedFlaw("fill without token", .fillWithoutToken, [.postgresSlowForBackend]),
        PlantedFlaw("fill from a snapshot older than the token", .fillFromOldSnapshot, [.redisSlowForBackend]),
        PlantedFlaw("raw SET by warm", .rawSetByWarm, [.evictedDuringCommit]),
        PlantedFlaw("gate epoch not in the key", .epochNotInKey, [.backendLosesRedis]),
        PlantedFlaw("lease timed from the reply", .leaseTimedFromReply, [.slowReadingsWhileGateCloses]),
        PlantedFlaw("reopened while a writer is in flight", .reopenedDuringWrite, [.slowCommitWhileOff]),
        PlantedFlaw("run id ignored", .runIgnored, [.quickRestartFromDump]),
        PlantedFlaw("no sentinel", .sentinelIgnored, [.flushedDuringCommit]),
        PlantedFlaw("fence given up silently", .fenceGivenUp, [.backendLosesRedis]),
        PlantedFlaw("drain not awaited", .drainNotAwaited, [.backendLosesRedis]),
        PlantedFlaw("fence ends by time", .fenceExpires, [.clockJumpsDuringCommit]),
        PlantedFlaw("fence evicted", .fenceEvicted, [.evictedDuringCommit]),
        PlantedFlaw("clock stops in suspension", .clockStopsInSuspension, [.suspendedWhileGateCloses]),
        PlantedFlaw("unfence removes all writers", .unfenceRemovesAll, [.verySlowCommit]),
        PlantedFlaw("unfence after an unknown commit", .unfenceAfterUnknown, [.verySlowCommit]),
    ]

    /// What looks wrong and breaks no promise.
    ///
    /// Acknowledging before the fence is removed: the fence, not its removal, keeps readers from what was there before,
    /// and it stands until it is removed. Until then they are sent to the primary. Only without a fence must the value be
    /// gone before the acknowledgement.
    ///
    /// Checking the lease (not the server: see "run id checked before the reply") when a command is sent: the command was
    /// sent after the read had begun, while the lease was valid. So whatever was acknowledged before the read began had
    /// fenced by then, or the gate had been closed and drained, which the lease excludes. A value that is there now was
    /// there then, or was filled since by whoever took a lease and then a snapshot, and no earlier write is missing in
    /// that either. What is acknowledged while the command is on its way, the read may miss: it began before. And a fence:
    /// its transaction holds the gate's lock, so the gate was not opened in between, and if it was closed and drained,
    /// nobody reads what the fence failed to hide. The protocol checks after the reply nevertheless: that needs no such
    /// argument, and does not depend on when the driver says it has sent a command.
    package static let harmless = [
        PlantedFlaw(
            "acknowledged before the fence is removed",
            .acknowledgedFirst,
            [.backendLosesRedis, .backendCrashes, .redisStops]
        ),
        PlantedFlaw(
            "lease checked before the reply",
            .leaseCheckedBeforeReply,
            [.suspendedWhileGateCloses, .redisStops, .slowReadingsWhileGateCloses, .backendLosesRedis]
        ),
    ]
}
