/// The spans of the cache protocol. Safety rests on one of them alone: that ``drain`` is longer than ``lease`` by more than
/// the clocks of two machines can differ in speed.
package struct CacheTiming: Hashable, Sendable {
    /// How long a backend trusts what it read of the gate, from before it asked.
    package var lease: Duration
    /// How often it asks.
    package var renewal: Duration
    /// How long after it saw the gate closing a backend declares it off; all leases have run out by then.
    package var drain: Duration
    /// How long a reader may take to fill an absent item before another may try.
    package var fillLease: Duration
    /// The age at which it is asked whether the transaction behind a fence has ended.
    package var fenceDoubt: Duration
    /// How long a value lives; the shell adds jitter.
    package var valueLifetime: Duration
    /// How long a reader waits for another's fill.
    package var fillWait: Duration
    /// How long a writer waits before it tries again.
    package var writeRetry: Duration
    /// How long a backend that cannot reach Redis keeps the others from opening the gate.
    package var objection: Duration

    package init(
        lease: Duration = .seconds(2),
        renewal: Duration = .milliseconds(500),
        drain: Duration = .milliseconds(2100),
        fillLease: Duration = .seconds(10),
        fenceDoubt: Duration = .seconds(10),
        valueLifetime: Duration = .seconds(3600),
        fillWait: Duration = .milliseconds(20),
        writeRetry: Duration = .milliseconds(50),
        objection: Duration = .seconds(3)
    ) {
        self.lease = lease
        self.renewal = renewal
        self.drain = drain
        self.fillLease = fillLease
        self.fenceDoubt = fenceDoubt
        self.valueLifetime = valueLifetime
        self.fillWait = fillWait
        self.writeRetry = writeRetry
        self.objection = objection
    }
}
