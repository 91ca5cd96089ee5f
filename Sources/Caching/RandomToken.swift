/// 128 random bits that nobody else draws.
package struct RandomToken<Purpose>: Hashable, Sendable {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    package init(using generator: inout some RandomNumberGenerator) {
        self.init(high: generator.next(), low: generator.next())
    }
}

/// What a ``RandomToken`` is for.
package enum TokenPurpose {
    package enum Fill {}
    package enum Gate {}
}

/// Marks a reader's right to fill an item.
package typealias FillToken = RandomToken<TokenPurpose.Fill>
/// Marks the contents of Redis since the gate was last opened; a key in Redis, the sentinel, holds it.
package typealias GateNonce = RandomToken<TokenPurpose.Gate>
