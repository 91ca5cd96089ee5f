import HTTPTypes
import HubModel
import HubWeb
import HubWire
import Testing

@Suite("How a request came in")
struct ArrivalTests {
    private static let key = Array("a-signing-key-of-at-least-32-bytes".utf8)

    private let now = Timestamp(microseconds: 1_800_000_000_000_000)
    private let reader = ArrivalReader(verifier: SignatureVerifier(key: key))
    private let tenant = TenantID.make(at: Timestamp(microseconds: 1_800_000_000_000_000))

    private func fields(_ tenant: TenantID?, _ epoch: Epoch?, _ scope: SignatureScope) -> HTTPFields {
        var fields: HTTPFields = [:]
        fields[.hubTenant] = tenant?.description
        fields[.hubEpoch] = epoch?.description
        fields[.hubSignature] = RequestSigner(key: ArrivalTests.key)
            .sign(tenant: tenant, epoch: epoch, scope: scope, expiry: now + .seconds(30))
        fields[.hubClientAddress] = "203.0.113.7"
        return fields
    }

    @Test("A router's signature names the tenant, the epoch and the client's address")
    func tenants() {
        let arrival = reader.read(fields(tenant, .first, .tenant), peerAddress: "127.0.0.1", now: now)
        guard case .tenant(let routed) = arrival.passage else {
            Issue.record("\(arrival.passage)")
            return
        }
        #expect(routed == RoutedTenant(tenant: tenant, epoch: .first))
        #expect(arrival.clientAddress == "203.0.113.7")
    }

    @Test("The apex has no tenant; control is told from a router, and asks about tenants or the process")
    func otherPassages() {
        if case .apex = reader.read(fields(nil, nil, .tenant), peerAddress: nil, now: now).passage {
        } else {
            Issue.record("not the apex")
        }
        if case .control(let routed) = reader.read(fields(tenant, .first, .control), peerAddress: nil, now: now).passage
        {
            #expect(routed.tenant == tenant)
        } else {
            Issue.record("not control")
        }
        if case .inspection = reader.read(fields(nil, nil, .control), peerAddress: nil, now: now).passage {
        } else {
            Issue.record("not an inspection")
        }
    }

    @Test("Without a good signature nothing of the headers is believed")
    func strangers() {
        var forged = fields(tenant, .first, .tenant)
        forged[.hubEpoch] = "2"
        var twice = fields(tenant, .first, .tenant)
        twice.append(HTTPField(name: .hubTenant, value: "\(tenant)"))
        var unsigned = fields(tenant, .first, .tenant)
        unsigned[.hubSignature] = nil
        let late = fields(tenant, .first, .tenant)
        // What was signed about a tenant is nothing about the process.
        var nobody = fields(tenant, .first, .control)
        nobody[.hubTenant] = nil
        for (fields, moment) in [
            (nobody, now),
            (forged, now), (twice, now), (unsigned, now), (late, now + .seconds(36)), (HTTPFields(), now),
        ] {
            let arrival = reader.read(fields, peerAddress: "192.0.2.1", now: moment)
            #expect(!arrival.passage.isVouchedFor)
            #expect(arrival.passage.routed == nil)
            #expect(arrival.clientAddress == "192.0.2.1")
        }
    }

    @Test("A request's id is kept when a log can carry it, else replaced")
    func requestIDs() {
        func id(_ text: String?) -> String {
            var fields: HTTPFields = [:]
            fields[.requestID] = text
            return reader.read(fields, peerAddress: nil, now: now).requestID
        }
        #expect(id("abc-1._Z") == "abc-1._Z")
        for odd in [nil, "", "a b", "a\"b", String(repeating: "x", count: 129), "ä"] {
            #expect(SessionID(id(odd)) != nil, "\(odd ?? "none")")
        }
    }

    @Test("A trace's id is taken from a well-formed traceparent only")
    func traces() {
        let good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        #expect(TraceParent(good)?.traceID == "4bf92f3577b34da6a3ce929d0e0e4736")
        for bad in [
            nil, "", "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01", "00-4bf92f3577b34da6a3ce929d0e0e4736-01",
        ] {
            #expect(TraceParent(bad) == nil)
        }
    }
}
