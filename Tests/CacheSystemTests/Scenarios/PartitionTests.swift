import HubTesting
import Testing

extension CacheSystemTests {
    @Suite("One backend is cut off from Redis")
    struct PartitionTests {
        @Test(
            "Its connections break, hang, lose what they answer, or are slow",
            arguments: [FaultyProxy.Mode.cut, .stall, .loseReplies, .delay(.milliseconds(400))]
        )
        func partitioned(mode: FaultyProxy.Mode) async throws {
            try await expectTruth("partition: \(mode)", isAvailabilityKnown: true) { trial in
                try await trial.proxy.begin(mode)
                try await trial.waitUntilClosed()
                try await trial.requests(200)
                try await trial.proxy.begin(.pass)
                try await trial.waitUntilLive()
                try await trial.requests(200)
            }
        }

        @Test("Its connections come and go")
        func flickering() async throws {
            try await expectTruth("flickering", isAvailabilityKnown: true) { trial in
                for mode in [FaultyProxy.Mode.cut, .loseReplies, .stall, .cut, .loseReplies] {
                    try await trial.proxy.begin(mode)
                    try await trial.requests(40)
                    try await trial.proxy.begin(.pass)
                    try await trial.requests(80)
                }
                try await trial.waitUntilLive()
                try await trial.requests(100)
            }
        }
    }
}
