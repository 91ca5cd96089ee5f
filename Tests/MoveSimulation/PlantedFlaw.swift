/// A way to get the protocol wrong.
package struct PlantedFlaw: Sendable, CustomStringConvertible {
    package let name: String
    package let flaws: MoveFlaws
    /// A seed from which on it is caught soon, for those who have no time to begin with the first.
    package let firstSeed: UInt64
    /// The schedules in which it shows soonest.
    private let aim: SimulationConfiguration.Aim?
    private let ending: SimulationConfiguration.Ending?

    package var description: String { name }

    private init(
        _ name: String,
        _ flaws: MoveFlaws,
        _ aim: SimulationConfiguration.Aim? = nil,
        _ ending: SimulationConfiguration.Ending? = nil,
        from firstSeed: UInt64 = 1
    ) {
        self.name = name
        self.flaws = flaws
        self.aim = aim
        self.ending = ending
        self.firstSeed = firstSeed
    }

    package func configuration(seed: UInt64) -> SimulationConfiguration {
        SimulationConfiguration(seed: seed, flaws: flaws, aim: aim, ending: ending)
    }

    /// Each of them breaks a promise.
    package static let harmful = [
        PlantedFlaw("no attempt number on the shards", .attemptIgnoredByShards, from: 61),
        PlantedFlaw("no attempt number in the directory", .attemptIgnoredByDirectory),
        PlantedFlaw("log position read before the freeze", [.markBeforeFreeze, .notCompared], from: 46),
        PlantedFlaw("forward stream left on", .forwardLeftOn),
        PlantedFlaw("opened before the commit", .openedFirst),
        PlantedFlaw("a left shard answers reads", .leftShardReads, from: 264),
        PlantedFlaw("a frozen shard answers reads", .frozenShardReads, .lagging, from: 49),
        PlantedFlaw("cache of the source kept", .cacheKept, from: 85),
        PlantedFlaw("cached ownership kept by an abort", .unfreezeKeepsCache),
        PlantedFlaw("a timer lifts the fence", .timerLiftsFence),
        PlantedFlaw("reverse slot made too late", [.lateReverseSlot, .notCompared], from: 155),
        PlantedFlaw("reverse slot not advanced", .reverseNotAdvanced),
        PlantedFlaw("marker not awaited", [.notDrained, .notCompared]),
        PlantedFlaw("released by an abort before it serves again", .unheldFirst),
        PlantedFlaw("abort keeps the epoch", .abortKeepsEpoch),
        PlantedFlaw("released before opened", .releasedFirst),
        PlantedFlaw("adopter takes the committed for uncommitted", .blindAdopter, .switching, from: 37),
        PlantedFlaw("attempt kept in the row of ownership", .attemptInOwnership, .sleeping),
        PlantedFlaw("unknown endings tried again under one attempt", .unknownRetried, .unanswered, from: 45),
        PlantedFlaw("stream resumed before the source serves again", .resumedFirst, nil, .otherShardLost),
        PlantedFlaw("source left before the release", .leftFirst, nil, .otherShardLost, from: 199),
        PlantedFlaw("janitor reads the journal first", .janitorReadsFirst, .copying, from: 411),
        PlantedFlaw("no janitor", .noJanitor, .sleeping, from: 263),
    ]

    /// What looks wrong and breaks no promise, for the last comparison finds what is missing and aborts: it costs
    /// switches, not writes.
    package static let harmless = [
        PlantedFlaw("log position read before the freeze, but compared", .markBeforeFreeze),
        PlantedFlaw("marker not awaited, but compared", .notDrained),
        PlantedFlaw("not compared", .notCompared),
    ]
}
