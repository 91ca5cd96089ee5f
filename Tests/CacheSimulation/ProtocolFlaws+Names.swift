extension ProtocolFlaws {
    /// All planted flaws by name, with what is known of each.
    package static let named: [(name: String, flaws: ProtocolFlaws)] = [
        ("no fence, deleted before the acknowledgement", .noFence),
        ("no fence, deleted after the acknowledgement", [.noFence, .acknowledgedFirst]),
        ("run id checked before the reply", .runCheckedBeforeReply),
        ("fill without token", .fillWithoutToken),
        ("fill from a snapshot older than the token", .fillFromOldSnapshot),
        ("raw SET by warm", .rawSetByWarm),
        ("gate epoch not in the key", .epochNotInKey),
        ("lease timed from the reply", .leaseTimedFromReply),
        ("reopened while a writer is in flight", .reopenedDuringWrite),
        ("run id ignored", .runIgnored),
        ("no sentinel", .sentinelIgnored),
        ("fence given up silently", .fenceGivenUp),
        ("drain not awaited", .drainNotAwaited),
        ("drain timed from the question", .drainTimedFromQuestion),
        ("fence ends by time", .fenceExpires),
        ("fence evicted", .fenceEvicted),
        ("clock stops in suspension", .clockStopsInSuspension),
        ("unfence removes all writers", .unfenceRemovesAll),
        ("unfence after an unknown commit", .unfenceAfterUnknown),
    ]

    /// Those that break no promise.
    package static let harmless: [(name: String, flaws: ProtocolFlaws)] = [
        ("acknowledged before the fence is removed", .acknowledgedFirst),
        ("lease checked before the reply", .leaseCheckedBeforeReply),
    ]
}
