/// How long each part of a sign-up may take.
///
/// The lease is longer than a creation can still be running: a backend accepts no request after its signature has run
/// out (plus the clocks' skew), and ends what it has accepted within its statements' time-out. Only then may the janitor
/// erase, so that no creation comes after the erasure.
package struct SignUpTiming: Sendable {
    /// How long a request to a backend stays valid, from the sign-up's start.
    package var requestValidity: Duration = .seconds(20)
    /// How long one backend may take to answer.
    package var requestTimeout: Duration = .seconds(8)
    /// How long nobody but the sign-up itself touches its registration.
    package var lease: Duration = .seconds(60)
    /// How often the janitor looks for registrations to undo.
    package var janitorInterval: Duration = .seconds(5)

    package init() {}
}
