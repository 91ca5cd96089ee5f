import Caching
import HubModel
import Testing

struct CacheKeyTests {
    @Test("A key names the gate's epoch, the tenant as its hash tag, the tenant's epoch and the item")
    func text() {
        let scope = CacheScope(tenant: Sample.tenant, tenantEpoch: Epoch(rawValue: 3), subjects: [.user(Sample.user)])
        let keys = scope.keys(at: GateEpoch(rawValue: 7)).map(\.description)
        #expect(keys == ["hub:7:{\(Sample.tenant)}:3:user:\(Sample.user)"])
    }

    @Test("A change touches every item that shows it")
    func changes() {
        #expect(CacheChange.project.subjects == [.projects])
        #expect(CacheChange.task.subjects == [.projects])
        #expect(CacheChange.userAccess(Sample.user).subjects == [.user(Sample.user)])
        #expect(CacheChange.userName(Sample.user).subjects == [.user(Sample.user), .projects])
        #expect(CacheChange.userCreation(Sample.user).subjects == [.user(Sample.user), .settings])
        #expect(CacheChange.userDeletion(Sample.user).subjects == [.user(Sample.user), .projects, .settings])
        #expect(CacheChange.settings.subjects == [.settings])
        #expect(CacheChange.ownership.subjects == [.ownership])
    }

    @Test("Changes of one transaction fence each item once")
    func scope() {
        let scope = CacheScope(
            tenant: Sample.tenant,
            tenantEpoch: .first,
            changes: [.project, .userName(Sample.user), .task]
        )
        #expect(scope.subjects == [.projects, .user(Sample.user)])
    }
}
