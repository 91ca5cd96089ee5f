import Testing

/// Runs a suite's tests inside one deployment, which is up before the first and gone after the last.
struct DeployedTrait: SuiteTrait, TestScoping {
    var isRecursive: Bool { false }

    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await Deployment.withDeployment { deployment in
            try await Deployment.$current.withValue(deployment) { try await function() }
        }
    }
}

extension Trait where Self == DeployedTrait {
    static var deployed: Self { Self() }
}
