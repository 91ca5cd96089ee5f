/// What a descriptor can do (as an event), or what somebody waits for (as an interest).
package struct Readiness: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// A read makes progress: there are bytes, or the end of the stream.
    package static let readable = Readiness(rawValue: 1)

    /// A write makes progress.
    package static let writable = Readiness(rawValue: 2)

    /// The peer is gone or the descriptor failed; reported without being asked for, until it is deregistered.
    package static let hangup = Readiness(rawValue: 4)

    /// The reactor shuts down: the last event of a registration, which ends with it.
    package static let shutdown = Readiness(rawValue: 8)

    /// The same as any option set's, which is not specialised across modules.
    package func contains(_ member: Readiness) -> Bool { rawValue & member.rawValue == member.rawValue }
}
