import Testing

@testable import Postgres

@Suite("The report of a refused log-in")
struct ServerReportTests {
    @Test("is found by its code, in any language")
    func codes() {
        let english = """
            connection to server at "127.0.0.1", port 5432 failed: FATAL:  28P01: password authentication failed for user "x"; \
            LOCATION:  auth_failed, auth.c:338
            """
        let report = ServerReport(verboseMessage: english)
        #expect(report?.sqlState == "28P01")
        #expect(report?.message == "password authentication failed for user \"x\"")
        #expect(report?.code == .authentication)
        let german =
            "Verbindung zum Server auf »::1«, Port 1 fehlgeschlagen: FATAL:  57P03: das Datenbanksystem startet"
        #expect(ServerReport(verboseMessage: german)?.sqlState == "57P03")
        #expect(ServerReport(verboseMessage: german)?.code == .connection)
    }

    @Test("is absent from messages of the client itself")
    func clientMessages() {
        for message in [
            "connection to server at \"127.0.0.1\", port 5432 failed: Connection refused", "session is read-only", "",
            "failed: FATAL: ERROR: 12345", "host: abcde: x",
        ] {
            #expect(ServerReport(verboseMessage: message) == nil, "\(message)")
        }
    }
}
