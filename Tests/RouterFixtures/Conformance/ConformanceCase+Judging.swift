extension ConformanceCase {
    /// Runs the case in a lab of its own, in each delivery.
    ///
    /// - Returns: what was not as it has to be; nothing when all was.
    package func complaints() async throws -> [String] {
        let found = Complaints()
        let record = try await ConformanceLab.with { lab in
            for (number, delivery) in Delivery.allCases.enumerated() {
                for complaint in try await complaints(delivery, number, in: lab) {
                    found.add("\(delivery): \(complaint)")
                }
            }
        }
        return found.all + record.contradictions() + complaints(about: record)
    }

    // MARK: - Private

    private static func canaryStep(_ number: Int) -> Step {
        .forwarded("GET /canary-\(number)", host: "globex.hub.test")
    }

    private func complaints(_ delivery: Delivery, _ number: Int, in lab: ConformanceLab) async throws -> [String] {
        let canary = ConformanceLab.canary(number)
        if keepsConnection {
            let answers = try await lab.exchange(bytes + canary.utf8, delivery)
            return complaints(about: answers, steps: steps + [ConformanceCase.canaryStep(number)])
        }
        let answers = try await lab.exchange(bytes, delivery)
        let after = try await lab.exchange(Array(canary.utf8), .whole)
        return complaints(about: answers, steps: steps)
            + complaints(about: after, steps: [ConformanceCase.canaryStep(number)])
    }

    private func complaints(about answers: [UInt8], steps: [Step]) -> [String] {
        do throws(WireViolation) {
            let methods = steps.map { step in
                guard case .forwarded(let line, _, _) = step else { return "GET" }
                return String(line.prefix { $0 != " " })
            }
            let responses = try WireResponse.readAll(answers, answering: methods)
            var rest = responses[...]
            for (step, method) in zip(steps, methods) {
                if case .closed = step { continue }
                guard let response = rest.popFirst() else { return ["there is no answer for \(step)"] }
                if let complaint = complaint(about: response, step: step, isHead: method == "HEAD") {
                    return [complaint]
                }
            }
            return rest.map { "there is an answer too many: \($0.status) \($0.text)" }
        } catch {
            return ["\(error)"]
        }
    }

    private func complaint(about response: WireResponse, step: Step, isHead: Bool) -> String? {
        switch step {
        case .forwarded(let line, let host, let body):
            guard response.status == 200 else { return "\(line) was answered \(response.status): \(response.text)" }
            guard !isHead else { return nil }
            let echo = Echo(response.text)
            let isOwn = echo?.line == line && echo?.host == host && echo?.bodyLength == body.utf8.count
            guard isOwn, echo?.requestID == response.requestID else {
                return "\(line) was answered with \(response.text) to \(response.requestID)"
            }
        case .answered(let status):
            guard response.status == status, !response.closes else {
                return "\(status) was to be, \(response.status) is"
            }
        case .refused(let status):
            guard response.status == status, response.closes else {
                return "refusal with \(status) was to be, \(response.status) \(response.text) is"
            }
        case .closed:
            break
        }
        return nil
    }

    /// Every delivery must have led to the same requests, and to the same lines of the log.
    private func complaints(about record: ConformanceLab.Record) -> [String] {
        var complaints: [String] = []
        var wanted: [String: [String]] = [:]
        for number in Delivery.allCases.indices {
            for case .forwarded(let line, let host, let body) in steps + [ConformanceCase.canaryStep(number)] {
                let isAcme = host.lowercased().hasPrefix("acme")
                wanted[isAcme ? "backend-us-1-0" : "backend-eu-1-0", default: []].append("\(line) \(host) \(body)")
            }
        }
        for (origin, requests) in record.received {
            let received = requests.map { "\($0.line) \($0.host) \(String(decoding: $0.body, as: UTF8.self))" }
            if received != wanted[origin, default: []] {
                complaints.append("\(origin) received \(received), not \(wanted[origin, default: []])")
            }
        }
        let statuses = Delivery.allCases.flatMap { _ in
            steps.compactMap { step -> Int? in
                switch step {
                case .forwarded: 200
                case .answered(let status), .refused(let status): status
                case .closed: nil
                }
            } + [200]
        }
        if record.lines.map(\.status) != statuses {
            complaints.append("logged is \(record.lines.map(\.status)), not \(statuses)")
        }
        return complaints
    }
}
