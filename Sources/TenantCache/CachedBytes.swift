package import Caching

/// An item's contents as they lie in Redis, without their seal: the encoding is the business of each subject.
package struct CachedBytes: Hashable, Sendable {
    package var bytes: [UInt8]
    /// The fill that brought them: two readings with the same one saw the same fill, with no write in between.
    package var fill: FillToken

    package init(_ bytes: [UInt8], fill: FillToken) {
        self.bytes = bytes
        self.fill = fill
    }
}
