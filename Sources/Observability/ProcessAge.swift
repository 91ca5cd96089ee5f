/// For how long the process has run, on a clock that cannot be set.
package enum ProcessAge {
    /// Whole seconds since the first use, which ``Observability/bootstrap(process:level:metrics:)`` is.
    package static var seconds: Int { Int(started.duration(to: .now).components.seconds) }

    // MARK: - Private

    private static let started = ContinuousClock.now
}
