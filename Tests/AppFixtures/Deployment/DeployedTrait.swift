package import Testing

/// Runs a suite's tests inside one deployment, which is up before the first and gone after the last.
package struct DeployedTrait: SuiteTrait, TestScoping {
    package let prepare: @Sendable (inout Deployment) throws -> Void

    package var isRecursive: Bool { false }

    package func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await Deployment.withDeployment(prepare) { deployment in
            try await Deployment.$current.withValue(deployment) { try await function() }
        }
    }
}

extension Trait where Self == DeployedTrait {
    package static var deployed: Self { deployed { _ in } }

    /// - Parameter prepare: what is to be done with the deployment's folder and settings before it is started.
    package static func deployed(_ prepare: @escaping @Sendable (inout Deployment) throws -> Void) -> Self {
        Self(prepare: prepare)
    }
}
