/// A script to run in Redis, which does all of it or, when the sentinel is not the expected one, nothing.
package struct CacheCommand<Value: Sendable>: Sendable {
    /// The keys of one command belong to one tenant.
    package enum Operation: Sendable {
        case read([CacheKey], FillToken)
        case fill([(key: CacheKey, value: Value)], FillToken)
        case fence([CacheKey], WriterID)
        case unfence([CacheKey], [WriterID])
    }

    /// What the sentinel must hold.
    package let nonce: GateNonce
    package let operation: Operation

    package init(nonce: GateNonce, _ operation: Operation) {
        self.nonce = nonce
        self.operation = operation
    }
}

/// What a script answered, and which server ran it.
package struct CacheReply<Value: Sendable>: Sendable {
    package enum Outcome: Sendable {
        /// The sentinel is missing or another: this is not the data the gate was opened for.
        case foreign
        /// One for each key, in the command's order.
        case readings([CacheReading<Value>])
        /// How many of the values were taken.
        case filled(Int)
        case fenced
        case unfenced
    }

    /// The run id of the server at the other end of the connection that brought the reply.
    package let server: RunID
    package let outcome: Outcome

    package init(server: RunID, _ outcome: Outcome) {
        self.server = server
        self.outcome = outcome
    }
}
