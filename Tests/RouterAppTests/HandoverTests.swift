import Foundation
import Glibc
import HubTesting
import Reactor
import RouterFixtures
import Testing
import Topology

@testable import RouterApp

@Suite("Handing over")
struct HandoverTests {
    @Test("A successor gets the listening sockets by their keys; the other retires when it is told, not before")
    func succession() async throws {
        try await HandoverTests.withDoor { door, successions in
            let predecessor = try #require(try Predecessor.find(at: door))
            #expect(predecessor.sockets.map(\.key) == ["routers.router.listen", "routers.router.admin"])
            #expect(predecessor.sockets.map(\.endpoint.host) == ["127.0.0.1", "127.0.0.1"])
            for socket in predecessor.sockets {
                #expect(socket.port == socket.endpoint.port, "it is the very socket that listens there")
                socket.close()
            }
            #expect(successions.count == 0)
            predecessor.retire()
            try await waitFor("the retirement") { successions.count == 1 }
        }
    }

    @Test("Only one at a time takes over; when it goes without a word, nothing has happened and the next one may")
    func oneAtATime() async throws {
        try await HandoverTests.withDoor { door, successions in
            var first = try Predecessor.find(at: door)
            #expect(first != nil)
            #expect(throws: RouterFailure.self) { try Predecessor.find(at: door) }
            for socket in first?.sockets ?? [] { socket.close() }
            first = nil
            try await waitFor("the next one to be let in") {
                guard let next = try? Predecessor.find(at: door) else { return false }
                for socket in next.sockets { socket.close() }
                return true
            }
            #expect(successions.count == 0)
        }
    }

    @Test("Where nobody waits there is nobody: without the folder, and with what a dead process left")
    func nobody() async throws {
        let folder = HandoverTests.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let door = HandoverSocket(folder: folder + "/router")
        #expect(try Predecessor.find(at: door) == nil)
        Glibc.close(try door.listen())
        #expect(FileManager.default.fileExists(atPath: door.path))
        #expect(try Predecessor.find(at: door) == nil)
    }

    // MARK: - Private

    /// Lends a door behind which a router waits, in a folder of a longer name than a socket's address can have.
    private static func withDoor(_ body: (HandoverSocket, RefreshCount) async throws -> Void) async throws {
        let root = makeFolder()
        let folder = root + "/" + String(repeating: "long", count: 40)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: root) }
        let reactor = try Reactor(name: "handover")
        defer { reactor.shutdown() }
        let door = HandoverSocket(folder: folder)
        let successions = RefreshCount()
        let sockets = try ["listen", "admin"].map { name in
            let any = try ListeningSocket(listeningAt: Endpoint(host: "127.0.0.1", port: 0), key: name, purpose: name)
            let endpoint = Endpoint(host: "127.0.0.1", port: any.port ?? 0)
            return ListeningSocket(key: "routers.router.\(name)", endpoint: endpoint, descriptor: any.descriptor)
        }
        let waiter = try await reactor.bind {
            let waiter = SuccessorWaiter(try door.listen(), sockets, on: reactor) { successions.add() }
            try waiter.start()
            return waiter
        }
        try await body(door, successions)
        await waiter.run { $0.close() }
        for socket in sockets { socket.close() }
    }

    private static func makeFolder() -> String {
        FileManager.default.temporaryDirectory.appending(path: "hub-handover-\(UUID())").path
    }
}
