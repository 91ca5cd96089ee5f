import ArgumentParser
import HubWire
import NIOHTTP1
import Topology

/// `hubctl move certificate`: what is proved of a completed move.
struct MoveCertificateCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "certificate",
        abstract: "Show the certificate of a completed move, and whether the chain of certificates is whole.",
        discussion: """
            Its text is one fact a line; its hash is the SHA-256 of the text, and each text names the hash of the one before.
            `table NAME ROWS HASH ROWS HASH` has source and target; `changed NAME ROWS` says that those were of the
            verification before a switch, and how many rows were written since and compared once more within it.

            Exits with 1 with --verify when a certificate was changed, removed or added out of turn.

            EXAMPLES
              hubctl move certificate acme --verify
              hubctl move certificate acme --format json | jq -r .text | sha256sum
            """
    )

    @Argument(help: "The move's id, or its tenant's subdomain or id.")
    var move: String

    @Flag(help: "Fail when the chain is not whole.")
    var verify = false

    @OptionGroup var control: ControlOptions
    @OptionGroup var options: GlobalOptions

    func run(in context: CommandContext) async throws {
        let client = try await ControlClient(email: control.email, context: context)
        let found = try await client.move(move)
        let certificate: MoveCertificateView = try await client.send(.GET, "/api/moves/\(found.id)/certificate")
        try context.show(MoveCertificateReport(certificate: certificate))
        if verify, let fault = certificate.fault {
            throw OperatorError(.failed, "the chain of certificates is broken: \(fault)")
        }
    }
}

private struct MoveCertificateReport: Report {
    let certificate: MoveCertificateView

    func encode(to encoder: any Encoder) throws { try certificate.encode(to: encoder) }

    func text(for stream: TextStream) -> String {
        let chain =
            certificate.fault.map { "BROKEN: \($0)".printable } ?? "\(certificate.verified) certificates, all whole"
        return certificate.text + "\nsha256 \(certificate.hash)\nchain  \(chain)\n"
    }
}
