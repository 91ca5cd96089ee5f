package import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
import Observability
import ServiceLifecycle
package import Topology

/// The HTTP server of a process, as a service.
package struct WebServer: Service {
    private let application: Application<RouterResponder<WebContext>>
    private let endpoint: Endpoint
    private let key: String

    /// - Parameters:
    ///   - endpoint: where to listen; port 0 takes a free one.
    ///   - key: the key of the topology that says where, for the message when the port is taken.
    ///   - onListening: told the port once the server accepts.
    package init(
        router: Router<WebContext>,
        endpoint: Endpoint,
        key: String,
        logger: Logger,
        onListening: @escaping @Sendable (Int) async -> Void
    ) {
        application = Application(
            router: router,
            server: .http1(
                configuration: HTTP1Channel.Configuration(
                    // Longer than a router keeps an idle connection, so that it is the router who closes it.
                    idleTimeout: .seconds(180),
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: 16 << 10,
                        maxHeaderListSize: 64 << 10,
                        maxHeaderFieldCount: 128
                    )
                )
            ),
            configuration: ApplicationConfiguration(
                address: .hostname(endpoint.host, port: endpoint.port),
                backlog: 1024
            ),
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? endpoint.port) },
            logger: logger
        )
        self.endpoint = endpoint
        self.key = key
    }

    /// - Throws: `ListenError` when the address cannot be had.
    package func run() async throws {
        do {
            try await application.run()
        } catch let error as IOError {
            throw ListenError(
                purpose: "requests",
                host: endpoint.host,
                port: endpoint.port,
                key: key,
                underlying: error
            )
        }
    }
}
