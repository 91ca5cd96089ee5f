import HubTesting
import Synchronization

extension AnswerCase {
    /// Runs the case, with the answer whole and byte by byte.
    ///
    /// - Returns: what was not as it has to be; nothing when all was.
    package func complaints() async throws -> [String] {
        try await complaints { [bytes, closes] peer in
            peer.send(bytes)
            if closes { peer.close() }
        }
            + complaints { [bytes, closes] peer in
                let size = bytes.count / 2000 + 1
                for start in stride(from: 0, to: bytes.count, by: size) {
                    peer.send(Array(bytes[start..<min(start + size, bytes.count)]))
                }
                if closes { peer.close() }
            }
    }

    // MARK: - Private

    private func complaints(_ answer: @escaping @Sendable (RawPeer) -> Void) async throws -> [String] {
        let echo = Echo.script(of: "backend-us-1-0")
        return try await RawOrigin.with { request, peer in
            if request.line.contains("/odd") { answer(peer) } else { echo(request, peer) }
        } _: { origin in
            try await TestRouter.with(directory(us: [origin.port])) { router in
                let client = try await router.exchange(
                    "\(method) /odd HTTP/1.1\r\nHost: acme.hub.test\r\nConnection: close\r\n\r\n"
                )
                var complaints = [complaint(about: client)].compactMap { $0 }
                let used = origin.peers.count
                if !isReused {
                    try await waitFor("\(name): the router to close the connections to the origin") {
                        origin.peers.allSatisfy(\.isClosed)
                    }
                }
                let canary = try await router.exchange(
                    "GET /canary HTTP/1.1\r\nHost: acme.hub.test\r\nConnection: close\r\n\r\n"
                )
                let responses = try WireResponse.readAll(Array(canary.utf8))
                let after = responses.first.flatMap { Echo($0.text) }
                if responses.count != 1 || after?.line != "GET /canary" || after?.requestID != responses[0].requestID {
                    complaints.append("the request after it was answered \(canary)")
                }
                if origin.requests.last?.connection != (isReused ? used - 1 : used) {
                    complaints.append(isReused ? "the connection was not used again" : "the connection was used again")
                }
                return complaints + origin.violations
            }
        }
    }

    private func complaint(about text: String) -> String? {
        do throws(WireViolation) {
            let responses = try WireResponse.readAll(Array(text.utf8), answering: [method])
            guard responses.count == 1 else { return "there are \(responses.count) answers: \(text.prefix(500))" }
            switch outcome {
            case .passed(let status, let body):
                guard responses[0].status == status, responses[0].text == body else {
                    return "the client got \(text.prefix(500))"
                }
            case .failed(let status):
                guard responses[0].status == status else { return "the client got \(text.prefix(500))" }
            case .truncated where [502, 503].contains(responses[0].status):
                return nil
            case .truncated:
                return "the client got a whole answer: \(text.prefix(500))"
            }
            return nil
        } catch {
            if case .truncated = outcome, text.hasPrefix("HTTP/1.1 200 OK\r\n") { return nil }
            return "\(error)"
        }
    }
}
