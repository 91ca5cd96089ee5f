import ArgumentParser
import FoundationEssentials
import NIOHTTP1
import Topology

/// Asks routers what they have in mind, each on its admin endpoint.
struct RouterClient: Sendable {
    private let routers: [TopologyProcess]
    private let console: Console

    /// - Parameter name: the one router to ask; nil for all.
    init(_ name: String?, context: CommandContext) throws {
        let all = try context.topology().processes.filter { $0.kind == .router }
        console = context.console
        guard let name else {
            routers = all
            return
        }
        routers = all.filter { $0.name == name }
        if routers.isEmpty {
            let names = all.map(\.name).joined(separator: ", ")
            throw OperatorError(.notFound, "no router is called '\(name)'; the topology has \(names)")
        }
    }

    /// The answer of each router, in the topology's order.
    ///
    /// One that does not answer is told of when the others have been heard.
    /// - Throws: what a router says is wrong with the question; when none was heard, why.
    func ask<Answer: Decodable & Sendable>(
        _ path: String,
        query: [(name: String, value: String?)] = [],
        as type: Answer.Type = Answer.self
    ) async throws -> [(router: String, answer: Answer)] {
        var answers: [(String, Answer)] = []
        var failures = FailureList()
        for router in routers {
            do {
                answers.append((router.name, try await ask(router, path + HTTPExchange.query(query))))
            } catch let error as OperatorError where error.status == .usage {
                throw error
            } catch {
                try failures.append(error)
            }
        }
        if answers.isEmpty { try failures.finish(of: routers.count, "routers", in: console) }
        failures.tell(in: console)
        return answers
    }

    // MARK: - Private

    private func ask<Answer: Decodable>(_ router: TopologyProcess, _ target: String) async throws -> Answer {
        guard let endpoint = router.reachableAdmin else {
            throw OperatorError(.usage, "the topology gives router \(router.name) no admin endpoint")
        }
        let answer: HTTPExchange.Answer
        do {
            answer = try await HTTPExchange(method: .GET, url: "http://\(endpoint)\(target)", timeout: .seconds(5))
                .send()
        } catch let error as TransportError {
            throw OperatorError(.unreachable, "router \(router.name) at \(endpoint): \(error)")
        }
        if answer.status == 400 { throw OperatorError(.usage, String(decoding: answer.body, as: UTF8.self).trimmed) }
        guard answer.status == 200, let decoded = try? JSONDecoder().decode(Answer.self, from: answer.body) else {
            throw OperatorError(
                .failed,
                "router \(router.name) answers \(answer.status) to \(target): it is of another release"
            )
        }
        return decoded
    }
}

extension String {
    /// Without the line feed at its end.
    fileprivate var trimmed: String { hasSuffix("\n") ? String(dropLast()) : self }
}

/// Which routers a command asks.
struct RouterOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Ask only this router.", valueName: "name"))
    var router: String?
}
