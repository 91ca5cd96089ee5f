import FoundationEssentials
import HubModel
import Observability
import Testing

@Suite("Readiness")
struct ReadinessTests {
    @Test("A process is ready unless something it needs is down")
    func verdict() {
        func isReady(_ states: [Readiness.Component.State]) -> Bool {
            Readiness(process: "p", components: states.map { Readiness.Component("c", $0) }).isReady
        }
        #expect(isReady([]))
        #expect(isReady([.up, .degraded]))
        #expect(!isReady([.up, .down]))
    }

    @Test("The JSON is read back as it was written")
    func roundTrip() throws {
        let readiness = Readiness(
            process: "backend-us-1",
            uptimeSeconds: 7,
            components: [
                Readiness.Component("database", .down, detail: "connection refused: \"127.0.0.1:8091\""),
                Readiness.Component("cache", .up),
            ]
        )
        let text = String(decoding: readiness.json(), as: UTF8.self)
        #expect(
            text == """
                {"status":"unready","process":"backend-us-1","version":"\(HubVersion.text)","uptimeSeconds":7,\
                "components":[{"name":"database","state":"down",\
                "detail":"connection refused: \\"127.0.0.1:8091\\""},{"name":"cache","state":"up"}]}
                """
        )
        #expect(try JSONDecoder().decode(Readiness.self, from: Data(readiness.json())) == readiness)
        #expect(readiness.status == 503)
    }
}
