/// A way to get the protocol wrong.
package struct PlantedFlaw: Sendable, CustomStringConvertible {
    package let name: String
    package let flaws: MoveFlaws

    package var description: String { name }

    private init(_ name: String, _ flaws: MoveFlaws) {
        self.name = name
        self.flaws = flaws
    }

    package func configuration(seed: UInt64) -> SimulationConfiguration {
        SimulationConfiguration(seed: seed, flaws: flaws)
    }

    /// Each of them breaks a promise.
    package static let harmful = [
        PlantedFlaw("no attempt number on the shards", .attemptIgnoredByShards),
        PlantedFlaw("no attempt number in the directory", .attemptIgnoredByDirectory),
        PlantedFlaw("log position read before the freeze", [.markBeforeFreeze, .notCompared]),
        PlantedFlaw("forward stream left on", .forwardLeftOn),
        PlantedFlaw("opened before the commit", .openedFirst),
        PlantedFlaw("a left shard answers reads", .leftShardReads),
        PlantedFlaw("a frozen shard answers reads", .frozenShardReads),
        PlantedFlaw("cache of the source kept", .cacheKept),
        PlantedFlaw("cached ownership kept by an abort", .unfreezeKeepsCache),
        PlantedFlaw("a timer lifts the fence", .timerLiftsFence),
        PlantedFlaw("reverse slot made too late", .lateReverseSlot),
        PlantedFlaw("reverse slot not advanced", .reverseNotAdvanced),
        PlantedFlaw("marker not awaited", [.notDrained, .notCompared]),
        PlantedFlaw("released by an abort before it serves again", .unheldFirst),
        PlantedFlaw("abort keeps the epoch", .abortKeepsEpoch),
        PlantedFlaw("released before opened", .releasedFirst),
        PlantedFlaw("adopter takes the committed for uncommitted", .blindAdopter),
        PlantedFlaw("attempt kept in the row of ownership", .attemptInOwnership),
        PlantedFlaw("unknown endings tried again under one attempt", .unknownRetried),
        PlantedFlaw("stream resumed before the source serves again", .resumedFirst),
        PlantedFlaw("source left before the release", .leftFirst),
        PlantedFlaw("janitor reads the journal first", .janitorReadsFirst),
        PlantedFlaw("no janitor", .noJanitor),
    ]

    /// What looks wrong and breaks no promise, for the last comparison finds what is missing and aborts: it costs
    /// switches, not writes.
    package static let harmless = [
        PlantedFlaw("log position read before the freeze, but compared", .markBeforeFreeze),
        PlantedFlaw("marker not awaited, but compared", .notDrained),
        PlantedFlaw("not compared", .notCompared),
    ]
}
