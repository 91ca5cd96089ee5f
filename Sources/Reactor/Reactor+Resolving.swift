import Glibc

extension Reactor {
    /// The numeric addresses of a host, in the order the system prefers; a numeric address is its own answer.
    ///
    /// A name is looked up on a thread of its own, which is left behind if it does not answer in time.
    ///
    /// - Throws: `unresolvable`, or `shutDown`.
    package func addresses(of host: String, within timeout: Duration) async throws(ReactorError) -> [String] {
        if Self.isNumericAddress(host) { return [host] }
        let answer = await withCheckedContinuation { continuation in
            execute { LookUp(of: host, within: timeout, on: self, continuation).start() }
        }
        return try answer.get()
    }

    /// Whether a host is written as an IPv4 or IPv6 address, with a zone or without.
    package static func isNumericAddress(_ host: String) -> Bool {
        (try? lookUp(host, flags: AI_NUMERICHOST).get()) != nil
    }

    /// Asks the system, which may take long.
    fileprivate static func lookUp(_ host: String, flags: CInt) -> Result<[String], ReactorError> {
        var hints = unsafe addrinfo()
        unsafe hints.ai_flags = flags
        unsafe hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let status = unsafe getaddrinfo(host, nil, &hints, &list)
        defer { if let list = unsafe list { unsafe freeaddrinfo(list) } }
        guard status == 0 else {
            let reason = unsafe String(cString: gai_strerror(status))
            return .failure(ReactorError(.unresolvable, "the host name \"\(host)\" cannot be resolved: \(reason)"))
        }
        var addresses: [String] = []
        var entry = unsafe list
        while let current = unsafe entry?.pointee {
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let failure = unsafe getnameinfo(
                current.ai_addr,
                current.ai_addrlen,
                &text,
                socklen_t(text.count),
                nil,
                0,
                NI_NUMERICHOST
            )
            let address = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            if failure == 0, !addresses.contains(address) { addresses.append(address) }
            unsafe entry = current.ai_next
        }
        return .success(addresses)
    }
}

/// One look-up: whichever of answer and deadline comes first resumes the caller. Bound to the reactor's thread.
private final class LookUp: @unchecked Sendable {
    // Unchecked, because only the reactor's thread touches the object; the compiler cannot see that.
    private let host: String
    private let timeout: Duration
    private let reactor: Reactor
    private var continuation: CheckedContinuation<Result<[String], ReactorError>, Never>?
    private var timer: TimerID?

    init(
        of host: String,
        within timeout: Duration,
        on reactor: Reactor,
        _ continuation: CheckedContinuation<Result<[String], ReactorError>, Never>
    ) {
        self.host = host
        self.timeout = timeout
        self.reactor = reactor
        self.continuation = continuation
    }

    func start() {
        let late = ReactorError(.unresolvable, "the host name \"\(host)\" was not resolved within \(timeout)")
        do throws(ReactorError) {
            timer = try reactor.schedule(after: timeout) { self.finish(.failure(late)) }
        } catch {
            return finish(.failure(error))
        }
        reactor.runBlocking { [host] in
            Reactor.lookUp(host, flags: 0)
        } then: { answer in
            self.finish(answer)
        }
    }

    private func finish(_ answer: Result<[String], ReactorError>) {
        if let timer { reactor.cancel(timer) }
        continuation?.resume(returning: answer)
        continuation = nil
    }
}
