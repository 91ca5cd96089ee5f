/// Ways to get the protocol wrong, each planted in the simulated shell, engine or servers around the state machine;
/// production code knows none of them.
package struct MoveFlaws: OptionSet, Hashable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// The shards do whatever any mover asks.
    package static let attemptIgnoredByShards = Self(rawValue: 1 << 0)
    /// The directory does whatever any mover asks.
    package static let attemptIgnoredByDirectory = Self(rawValue: 1 << 1)
    /// The log position is read before the freeze.
    package static let markBeforeFreeze = Self(rawValue: 1 << 2)
    /// The stream is not disabled before the commit, nor dropped after it.
    package static let forwardLeftOn = Self(rawValue: 1 << 3)
    /// The receiving shard serves before the commit.
    package static let openedFirst = Self(rawValue: 1 << 4)
    /// A shard that was left answers reads.
    package static let leftShardReads = Self(rawValue: 1 << 5)
    /// A frozen shard answers reads.
    package static let frozenShardReads = Self(rawValue: 1 << 6)
    /// The freeze leaves the cached ownership.
    package static let cacheKept = Self(rawValue: 1 << 7)
    /// A frozen shard serves again after a while.
    package static let timerLiftsFence = Self(rawValue: 1 << 8)
    /// The reverse slot is made after the release.
    package static let lateReverseSlot = Self(rawValue: 1 << 9)
    /// Nobody waits for the stream to pass the mark.
    package static let notDrained = Self(rawValue: 1 << 10)
    /// The two sides are not compared.
    package static let notCompared = Self(rawValue: 1 << 11)
    /// An abort releases the tenant before its shard serves again.
    package static let unheldFirst = Self(rawValue: 1 << 12)
    /// An abort keeps the epoch.
    package static let abortKeepsEpoch = Self(rawValue: 1 << 13)
    /// A commit releases the tenant before its shard serves.
    package static let releasedFirst = Self(rawValue: 1 << 14)
    /// An adopter takes a committed switch for one that is not.
    package static let blindAdopter = Self(rawValue: 1 << 15)
    /// The reverse slot brings back what the forward stream applied.
    package static let reverseNotAdvanced = Self(rawValue: 1 << 16)
    /// Attempts are kept in the row of ownership, go with it, and come with it.
    package static let attemptInOwnership = Self(rawValue: 1 << 17)
    /// What ended without an answer is tried again under the same attempt.
    package static let unknownRetried = Self(rawValue: 1 << 18)
    /// An abort resumes the stream before the giving shard serves again.
    package static let resumedFirst = Self(rawValue: 1 << 19)
    /// The giving shard is left before the tenant is released.
    package static let leftFirst = Self(rawValue: 1 << 20)
    /// The janitor reads the journal before it lists what there is.
    package static let janitorReadsFirst = Self(rawValue: 1 << 21)
    /// Nobody looks for what was left behind.
    package static let noJanitor = Self(rawValue: 1 << 22)
    /// An abort raises the epoch of a shard that was not frozen yet, and leaves the ownership cached at the old one.
    package static let unfreezeKeepsCache = Self(rawValue: 1 << 23)
}
