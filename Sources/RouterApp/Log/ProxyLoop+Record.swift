import NIOCore

extension ProxyLoop {
    /// Puts a request that has ended on record.
    func record(_ exchange: Exchange, status: Int) {
        let nanoseconds = (NIODeadline.now() - exchange.startedAt).nanoseconds
        let route: RequestMetrics.Route =
            exchange.target.map { $0.tenant == nil ? .control : .tenant } ?? .router
        metrics.ended(method: exchange.method, route: route, status: status, nanoseconds: nanoseconds)
        accessLog.append(
            AccessLog.Facts(
                status: status,
                nanoseconds: nanoseconds,
                bytesIn: exchange.requestBytes,
                bytesOut: exchange.responseBytes,
                client: exchange.client.address
            ),
            requestID: exchange.requestID,
            head: exchange.head,
            target: exchange.target,
            backend: exchange.backend,
            clock: &clock
        )
    }

    /// Puts on record what could not be read as a request.
    func record(refused answer: RouterAnswer, bytes: Int, requestID: RequestID, client: String) {
        metrics.refused(status: answer.status)
        accessLog.append(
            AccessLog.Facts(status: answer.status, nanoseconds: 0, bytesIn: 0, bytesOut: bytes, client: client),
            requestID: requestID,
            head: nil,
            target: nil,
            backend: nil,
            clock: &clock
        )
    }
}
