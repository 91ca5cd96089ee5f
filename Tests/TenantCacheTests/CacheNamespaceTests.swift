import Caching
import HubModel
import Testing

@testable import TenantCache

@Suite("Names of cached items")
struct CacheNamespaceTests {
    private let namespace: CacheNamespace

    init() throws {
        namespace = CacheNamespace(try #require(ShardID("us-1")))
    }

    @Test("A name begins with the shard and the gate's epoch, and can be read back")
    func roundTrip() {
        #expect(namespace.sentinel == "hub:cache:us-1:gate")
        #expect(
            namespace.name(.sample()) == "hub:cache:us-1:3:{01980000-0000-7000-8000-000000000001}:1:projects"
        )
        let subjects: [CacheSubject] = [.ownership, .projects, .settings, .user(UserID(.numbered(4)))]
        for key in subjects.map({ CacheKey.sample(200, $0, gate: .max, epoch: 17) }) {
            #expect(namespace.key(namespace.name(key)) == key)
        }
    }

    @Test(
        "What is no name of an item is read as none",
        arguments: [
            "", "hub:cache:us-1:", "hub:cache:us-1:gate", "hub:cache:us-1:3",
            "hub:cache:us-10:3:{01980000-0000-7000-8000-000000000001}:1:projects",
            "hub:cache:us-1:03:{01980000-0000-7000-8000-000000000001}:1:projects",
            "hub:cache:us-1:3:{01980000-0000-7000-8000-00000000000A}:1:projects",
            "hub:cache:us-1:3:(01980000-0000-7000-8000-000000000001):1:projects",
            "hub:cache:us-1:3:{}:1:projects", "hub:cache:us-1:3::1:projects",
            "hub:cache:us-1:3:{01980000-0000-7000-8000-000000000001}:0:projects",
            "hub:cache:us-1:3:{01980000-0000-7000-8000-000000000001}:1:projects:more",
            "hub:cache:us-1:3:{01980000-0000-7000-8000-000000000001}:1:user:1",
            "hub:cache:us-1:3:{01980000-0000-7000-8000-000000000001}:1:",
        ]
    )
    func others(name: String) {
        #expect(namespace.key(name) == nil)
    }
}
