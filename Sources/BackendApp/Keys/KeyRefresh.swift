import Credentials
import Directory
import FoundationEssentials
import HubWeb
import Logging
import Observability
import ServiceLifecycle
import Synchronization

/// Keeps the public keys that tokens are checked with the same as the directory's.
///
/// Without the directory the last good copy goes on working, from memory or, after a restart, from disk; the shard's own
/// key works always. A tenant's people therefore stay signed in through a move and through any outage of the directory.
final class KeyRefresh: Service {
    /// Where the keys in use came from.
    enum Source: Sendable {
        case own
        case disk
        case directory(since: ContinuousClock.Instant)
    }

    private struct State {
        var source = Source.own
        var keys: [PublicSigningKey] = []
        var lastError: String?
    }

    private let directory: DirectoryStore
    private let verifier: TokenVerifier
    private let own: PublicSigningKey
    private let file: PublicKeyFile
    private let interval: Duration
    private let logger: Logger
    private let state = Mutex(State())

    init(
        directory: DirectoryStore,
        verifier: TokenVerifier,
        own: PublicSigningKey,
        file: PublicKeyFile,
        interval: Duration,
        logger: Logger
    ) {
        self.directory = directory
        self.verifier = verifier
        self.own = own
        self.file = file
        self.interval = interval
        self.logger = logger
        let copy = file.read()
        if !copy.isEmpty { use(copy, from: .disk) }
    }

    func run() async throws {
        try await PeriodicService(every: interval) { await self.refresh() }.run()
    }

    /// Reads the keys once; an error leaves those in use as they are.
    func refresh() async {
        do {
            let keys = try await directory.signingKeys().map { try PublicSigningKey(text: $0.publicKey) }
            use(keys, from: .directory(since: .now))
        } catch {
            let isNews = state.withLock { state in
                defer { state.lastError = "\(error)" }
                return state.lastError == nil
            }
            if isNews {
                logger.warning(
                    "public keys cannot be read from the directory; the last good copy goes on",
                    metadata: .fields([.error: "\(error)"])
                )
            }
        }
    }

    var component: Readiness.Component {
        let state = state.withLock { $0 }
        if let error = state.lastError {
            return Readiness.Component("directory", .degraded, detail: "public keys are the last good copy: \(error)")
        }
        switch state.source {
        case .directory: return Readiness.Component("directory", .up, detail: "\(state.keys.count) public keys")
        case .own, .disk:
            return Readiness.Component("directory", .degraded, detail: "public keys have not been read yet")
        }
    }

    // MARK: - Private

    private func use(_ keys: [PublicSigningKey], from source: Source) {
        let changed = state.withLock { state in
            defer {
                state.source = source
                state.keys = keys
                if case .directory = source { state.lastError = nil }
            }
            return state.keys != keys
        }
        guard changed else { return }
        verifier.replaceKeys(keys.contains(own) ? keys : keys + [own])
        guard case .directory = source else { return }
        do {
            try file.write(keys)
        } catch {
            logger.warning(
                "the copy of the public keys cannot be written",
                metadata: .fields([.error: "\(error)"])
            )
        }
    }
}
