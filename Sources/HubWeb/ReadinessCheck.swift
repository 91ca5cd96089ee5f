package import Observability

/// Asks everything a process needs how it is, for `/ready` on both of its listeners.
package typealias ReadinessCheck = @Sendable () async -> [Readiness.Component]
