import HubModel
import HubWire
import Testing

@Suite("Header fields of the hub")
struct HubHeaderTests {
    @Test("Every field that a backend believes starts with the prefix that routers strip")
    func prefix() {
        let trusted = [
            HubHeader.tenant, HubHeader.epoch, HubHeader.signature, HubHeader.clientAddress, HubHeader.router,
            HubHeader.redirect,
        ]
        #expect(trusted.allSatisfy { $0.hasPrefix(HubHeader.prefix) })
        #expect(Set(trusted).count == trusted.count)
        #expect(trusted.allSatisfy { $0 == $0.lowercased() })
    }

    @Test("The path of a tenant's internal resource is below the internal prefix")
    func internalPaths() {
        let id = TenantID("019b45f0-7d1a-7c33-8a11-3f0f5d2b9c01")!
        #expect(InternalPath.tenant(id) == "/internal/tenants/019b45f0-7d1a-7c33-8a11-3f0f5d2b9c01")
        #expect(InternalPath.tenants.hasPrefix(InternalPath.prefix))
    }
}
