import HubTesting
import Testing

extension CacheSystemTests {
    @Suite("A backend fails")
    struct BackendFaultTests {
        @Test("A backend is suspended", arguments: [1, 5])
        func suspended(seconds: Int) async throws {
            // Whoever asked it waits as long.
            let stall = CacheTrial.longestStall + .seconds(seconds)
            try await expectTruth("backend suspended for \(seconds) s", stall: stall) { trial in
                trial.far.sigstop()
                try await Task.sleep(for: .seconds(seconds))
                trial.far.sigcont()
                try await trial.waitUntilLive()
                try await trial.requests(200)
            }
        }

        @Test("A backend is killed in the middle of its work, and starts again")
        func killed() async throws {
            try await expectTruth("backend killed") { trial in
                for backend in [trial.far, trial.near] {
                    backend.kill9()
                    try await trial.requests(100)
                    try await backend.start()
                    try await trial.requests(100)
                }
                try await trial.waitUntilLive()
            }
        }

        @Test(
            "A backend dies at a certain place in a write",
            arguments: ["cache.after-fence", "cache.before-commit", "cache.after-commit", "cache.before-unfence"]
        )
        func killed(at point: String) async throws {
            try await expectTruth("backend killed at \(point)", failpoints: "\(point)=kill@40") { trial in
                guard try await trial.gateMode() != nil else { return }
                try await trial.far.waitForDeath()
                try await trial.requests(200)
                try await trial.far.start()
                try await trial.waitUntilLive()
                try await trial.requests(200)
            }
        }

        @Test(
            "A backend pauses at a certain place in a write",
            arguments: ["cache.after-fence", "cache.before-commit", "cache.after-commit", "cache.before-unfence"]
        )
        func pauses(at point: String) async throws {
            let failpoints = [10, 20, 30].map { "\(point)=pause:3000@\($0)" }.joined(separator: ",")
            try await expectTruth(
                "backend pauses at \(point)",
                failpoints: failpoints,
                stall: .seconds(9),
                // A write that takes so long holds the locks and the share of its tenant.
                mayRefuse: true
            ) { trial in
                try await trial.requests(600)
                try await trial.waitUntilLive()
            }
        }

        @Test("A backend that does not understand its failpoints says so instead of starting")
        func misunderstood() async throws {
            let error = await #expect(throws: ChildFailure.self) {
                _ = try await CacheTrial.run(failpoints: "cache.nowhere=kill@1") { _ in }
            }
            let text = error?.description ?? ""
            #expect(text.contains("hub-backend: HUB_FAILPOINTS: cache.nowhere=kill@1 is not"), "\(text)")
        }
    }
}
