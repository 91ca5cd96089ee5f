import AppFixtures
import FoundationEssentials
import MoveLoad
import Testing

/// Moves of tenants as they are deployed: real processes, people who work meanwhile, and what can happen to each process;
/// whatever it is, nothing that was acknowledged is lost or doubled, and one command finishes or undoes the move.
@Suite("Moves of a deployment", .serialized, .deployed(withTwoControls), .timeLimit(.minutes(10)))
struct MoveSystemTests {}

/// Two hub-controls, so that one adopts what the other leaves, and a folder of places where they wait.
private func withTwoControls(_ deployment: inout Deployment) throws {
    let checkout = Deployment.checkout.appending(path: "Config/local.yaml").path
    let second = "  control-b: { listen: \"127.0.0.1:+6\", admin: \"127.0.0.1:+26\" }\n"
    let text = try String(contentsOfFile: checkout, encoding: .utf8).replacing(
        "controls:\n",
        with: "controls:\n" + second
    )
    let topology = deployment.home.appending(path: "two-controls.yaml").path
    try text.write(toFile: topology, atomically: false, encoding: .utf8)
    let folder = MoverStop.folder(of: deployment)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    deployment.settings = ["HUB_TOPOLOGY": topology, "HUB_MOVE_FAILPOINTS": folder.path]
}
