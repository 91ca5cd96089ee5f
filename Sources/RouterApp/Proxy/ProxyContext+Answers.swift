import HubModel
import Observability

extension ProxyContext {
    /// Whether the process is alive.
    func healthAnswer() -> RouterAnswer {
        RouterAnswer(status: 200, reason: "OK", json: Liveness.json(process: process.rawValue))
    }

    /// Whether the process can route.
    func readyAnswer() -> RouterAnswer {
        let verdict = readiness()
        return RouterAnswer(
            status: verdict.status,
            reason: verdict.isReady ? "OK" : "Service Unavailable",
            json: verdict.json()
        )
    }
}
