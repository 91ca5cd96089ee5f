/// One descriptor's place in a reactor; a stale one (its descriptor was closed and reused) is recognised and ignored.
package struct Registration: Sendable, Hashable {
    /// The descriptor.
    package let descriptor: CInt

    /// Tells registrations of the same descriptor number apart.
    let generation: UInt32
}
