import HTTPTypes
package import Hummingbird
import NIOCore
import Observability

/// `GET /health` and `GET /ready` on the public listener, for routers and load balancers.
package struct HealthRoutes: Sendable {
    private let process: String
    private let readiness: ReadinessCheck

    /// - Parameters:
    ///   - process: the name of the process in the topology.
    ///   - readiness: the same as the admin endpoint's.
    package init(process: String, readiness: @escaping ReadinessCheck) {
        self.process = process
        self.readiness = readiness
    }

    package func add(to router: Router<WebContext>) {
        router.get("/health") { _, _ in
            HealthRoutes.answer(Liveness.json(process: process), status: .ok)
        }
        router.get("/ready") { _, _ in
            let state = Readiness(process: process, components: await readiness())
            var answer = HealthRoutes.answer(state.json(), status: HTTPResponse.Status(code: state.status))
            if !state.isReady { answer.headers[.retryAfter] = "1" }
            return answer
        }
    }

    // MARK: - Private

    private static func answer(_ json: [UInt8], status: HTTPResponse.Status) -> Response {
        Response(
            status: status,
            headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: json))
        )
    }
}
