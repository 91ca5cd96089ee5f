/// Ways to get the protocol wrong, each planted in the simulated shell or servers around the state machines; production
/// code knows none of them.
package struct ProtocolFlaws: OptionSet, Hashable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// Nothing is fenced; values are deleted after the commit.
    package static let noFence = Self(rawValue: 1 << 0)
    /// The write is acknowledged before the fence is removed or the value deleted.
    package static let acknowledgedFirst = Self(rawValue: 1 << 1)
    /// Which server a connection leads to is looked at when a command is sent; the driver connects anew and sends again.
    package static let runCheckedBeforeReply = Self(rawValue: 1 << 2)
    /// Whether the lease is valid is looked at when a command is sent.
    package static let leaseCheckedBeforeReply = Self(rawValue: 1 << 3)
    /// A fill overwrites whatever is there.
    package static let fillWithoutToken = Self(rawValue: 1 << 4)
    /// What is filled was read before the token was set.
    package static let fillFromOldSnapshot = Self(rawValue: 1 << 5)
    /// A warming script reads the primary and sets the value.
    package static let rawSetByWarm = Self(rawValue: 1 << 6)
    /// Keys have no gate epoch.
    package static let epochNotInKey = Self(rawValue: 1 << 7)
    /// A lease runs from when the answer came.
    package static let leaseTimedFromReply = Self(rawValue: 1 << 8)
    /// The gate is opened without its lock.
    package static let reopenedDuringWrite = Self(rawValue: 1 << 9)
    /// Any server is taken for the gate's.
    package static let runIgnored = Self(rawValue: 1 << 10)
    /// Scripts do not look at the sentinel.
    package static let sentinelIgnored = Self(rawValue: 1 << 11)
    /// A fence that Redis did not confirm is taken for set.
    package static let fenceGivenUp = Self(rawValue: 1 << 12)
    /// The gate is declared off as soon as it is closing.
    package static let drainNotAwaited = Self(rawValue: 1 << 13)
    /// A fence ends by time, not with its transaction.
    package static let fenceExpires = Self(rawValue: 1 << 14)
    /// Redis evicts fences like values.
    package static let fenceEvicted = Self(rawValue: 1 << 15)
    /// The clock of the leases stands still while the process is suspended.
    package static let clockStopsInSuspension = Self(rawValue: 1 << 16)
    /// Whoever removes a fence removes those of the others.
    package static let unfenceRemovesAll = Self(rawValue: 1 << 17)
    /// A fence is removed although nobody knows whether the transaction has ended.
    package static let unfenceAfterUnknown = Self(rawValue: 1 << 18)
}
