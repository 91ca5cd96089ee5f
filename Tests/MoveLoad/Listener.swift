import FoundationEssentials
package import HubModel
import HubTesting
import HubWire
import Synchronization
import WebClients

/// Follows a tenant's events and resumes where it was, as a browser does.
package final class Listener: Sendable {
    private struct State {
        var last: String?
        var ids: Set<String> = []
        var doubled: [String] = []
        var heard: [ObjectID: [String: Int]] = [:]
        var connections = 0
        /// Streams that could not go on where the one before had ended.
        var gaps = 0
    }

    private let person: Person
    private let state = Mutex(State())

    package init(_ tenant: TrialTenant, _ traffic: Traffic) {
        person = Person(name: "listener", tenant: tenant, traffic: traffic, pace: .usual)
    }

    /// How often it connected.
    package var connections: Int { state.withLock { $0.connections } }
    package var isListening: Bool { state.withLock { $0.last != nil } }
    /// Events that came twice.
    package var doubled: [String] { state.withLock { $0.doubled } }
    package var gaps: Int { state.withLock { $0.gaps } }

    /// What it was not told of the changes of projects and tasks that a trail has, or told too much of.
    package func differences(from trail: [ObjectID: [String: Int]]) -> [String] {
        let heard = state.withLock { $0.heard }
        return Set(trail.keys).union(heard.keys).flatMap { id in
            let (told, done) = (heard[id] ?? [:], trail[id] ?? [:])
            return Set(told.keys).union(done.keys).compactMap { action -> String? in
                let (told, done) = (told[action] ?? 0, done[action] ?? 0)
                return told == done ? nil : "\(action) of \(id): told \(told) times, done \(done) times"
            }
        }
    }

    /// Goes on until it is cancelled.
    package func run() async {
        while !Task.isCancelled {
            do {
                try await listen()
            } catch {
                if Task.isCancelled { return }
                person.traffic.noteBrokenStream("\(error)")
            }
            try? await Task.sleep(for: Person.patience)
        }
    }

    // MARK: - Private

    private func listen() async throws {
        let last = state.withLock { $0.last }
        try await person.tenant.client.withEvents(after: last) { stream in
            guard stream.status == 200 else {
                return person.traffic.noteFailure(of: person.name, "GET /api/events", status: stream.status, "")
            }
            state.withLock { $0.connections += 1 }
            while let event = try await stream.next() { try hear(event, resuming: last != nil) }
        }
    }

    private func hear(_ event: StreamedEvent, resuming: Bool) throws {
        if event.name == "ready" {
            let opening = try WireJSON.decode(EventStreamOpening.self, from: Array(event.data.utf8))
            state.withLock { state in
                state.gaps += opening.resumed == resuming ? 0 : 1
                state.last = event.id ?? state.last
            }
            return
        }
        let view = try WireJSON.decode(EventView.self, from: Array(event.data.utf8))
        guard let id = event.id else { return }
        state.withLock { state in
            state.last = id
            if !state.ids.insert(id).inserted { state.doubled.append("\(id) \(event.data)") }
            guard let entity = view.entityId, view.entityType == "project" || view.entityType == "task" else { return }
            state.heard[entity, default: [:]][view.action.rawValue, default: 0] += 1
        }
    }
}
