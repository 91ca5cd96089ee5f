import Foundation
import HubModel
import HubTesting
import Moving
import Testing

@testable import ControlApp

@Suite struct MoveFailpointsTests {
    private let tenant = TenantID("00000000-0000-7000-8000-000000000001")!

    private func withFolder(_ body: (URL) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "failpoints-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(folder)
    }

    private func exists(_ file: URL) -> Bool { FileManager.default.fileExists(atPath: file.path) }

    @Test("Without a folder, and without a file for the place, a mover passes")
    func passes() async throws {
        await MoveFailpoints.none.pass(.before, .freeze, of: tenant)
        await MoveFailpoints(folder: "").pass(.before, .freeze, of: tenant)
        try await withFolder { folder in
            let other = folder.appending(path: "\(tenant).after-freeze")
            try Data().write(to: other)
            await MoveFailpoints(folder: folder.path).pass(.before, .freeze, of: tenant)
            await MoveFailpoints(folder: folder.path).pass(
                .after,
                .freeze,
                of: TenantID("00000000-0000-7000-8000-000000000002")!
            )
            #expect(exists(other), "a file for another place, or another tenant, is left as it is")
        }
    }

    @Test("At a place that has a file a mover waits until it is taken away, and says that it does")
    func waits() async throws {
        try await withFolder { folder in
            let file = folder.appending(path: "\(tenant).before-catch-up")
            let reached = folder.appending(path: "\(tenant).before-catch-up.reached")
            try Data().write(to: file)
            let failpoints = MoveFailpoints(folder: folder.path)
            let tenant = tenant
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await failpoints.pass(.before, .catchUp, of: tenant) }
                try await waitFor("the mover to come there") { exists(reached) }
                #expect(!exists(file))
                try FileManager.default.removeItem(at: reached)
                try await group.waitForAll()
            }
            // Once: the next mover passes.
            await failpoints.pass(.before, .catchUp, of: tenant)
        }
    }

    @Test("A mover that is cancelled does not wait on")
    func cancelled() async throws {
        try await withFolder { folder in
            let reached = folder.appending(path: "\(tenant).after-commit.reached")
            try Data().write(to: folder.appending(path: "\(tenant).after-commit"))
            let failpoints = MoveFailpoints(folder: folder.path)
            let tenant = tenant
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await failpoints.pass(.after, .commit, of: tenant) }
                try await waitFor("the mover to come there") { exists(reached) }
                group.cancelAll()
                try await group.waitForAll()
            }
            #expect(exists(reached))
        }
    }
}
