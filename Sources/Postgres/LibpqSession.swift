import CPostgres
import Glibc
import Logging

/// One connection of libpq: its non-blocking calls with Swift's types, and nothing more.
///
/// Not `Sendable`: it belongs to the actor that made it, on whose thread every call must happen.
@safe final class LibpqSession {
    let handle: OpaquePointer
    private let notices: NoticeLog

    /// What an attempt to connect waits for.
    enum Progress {
        case reading
        case writing
        case connected
        case failed
    }

    /// What became of buffered output.
    enum Flush {
        case done
        case pending
        case failed
    }

    /// The state of the session's transaction.
    enum TransactionStatus {
        case idle
        case active
        case inTransaction
        case failed
        case unknown
    }

    /// Begins to connect, without waiting.
    ///
    /// - Returns: nil if there is no memory.
    init?(_ parameters: [(keyword: String, value: String)], logger: Logger) {
        let keywords = unsafe parameters.map { unsafe strdup($0.keyword) }
        let values = unsafe parameters.map { unsafe strdup($0.value) }
        defer {
            unsafe keywords.forEach { unsafe free($0) }
            unsafe values.forEach { value in
                // A password must not stay in freed memory.
                if let value = unsafe value { unsafe explicit_bzero(value, strlen(value)) }
                unsafe free(value)
            }
        }
        let keywordList = unsafe keywords.map { unsafe UnsafePointer($0) } + [nil]
        let valueList = unsafe values.map { unsafe UnsafePointer($0) } + [nil]
        guard let handle = unsafe PQconnectStartParams(keywordList, valueList, 0) else { return nil }
        unsafe self.handle = handle
        notices = NoticeLog(logger)
        unsafe PQsetNoticeReceiver(
            handle,
            { argument, notice in
                guard let argument = unsafe argument, let notice = unsafe notice else { return }
                unsafe Unmanaged<NoticeLog>.fromOpaque(argument).takeUnretainedValue().report(notice)
            },
            Unmanaged.passUnretained(notices).toOpaque()
        )
    }

    deinit {
        unsafe PQfinish(handle)
    }

    // MARK: Connecting

    /// The descriptor; it may be another after each ``progress()``. Negative if there is none.
    var descriptor: CInt { unsafe PQsocket(handle) }

    /// Whether the attempt has failed, or the connection was found broken.
    var isBad: Bool { unsafe PQstatus(handle) == CONNECTION_BAD }

    /// Takes the next step of connecting.
    func progress() -> Progress {
        switch unsafe PQconnectPoll(handle) {
        case PGRES_POLLING_READING: .reading
        case PGRES_POLLING_WRITING, PGRES_POLLING_ACTIVE: .writing
        case PGRES_POLLING_OK: .connected
        default: .failed
        }
    }

    /// Has errors carry their SQLSTATE, which is the only way to learn it for a refused log-in.
    func setVerbose(_ isVerbose: Bool) {
        unsafe PQsetErrorVerbosity(handle, isVerbose ? PQERRORS_VERBOSE : PQERRORS_DEFAULT)
    }

    /// The last error.
    var errorMessage: String { unsafe LibpqText.oneLine(PQerrorMessage(handle)) }

    /// The server process's id.
    var processID: Int32 { unsafe PQbackendPID(handle) }

    /// Makes every later call non-blocking.
    func becomeNonBlocking() -> Bool { unsafe PQsetnonblocking(handle, 1) == 0 }

    /// What is needed to cancel a statement from another thread.
    func canceller() -> LibpqCanceller? {
        guard let cancel = unsafe PQgetCancel(handle) else { return nil }
        return unsafe LibpqCanceller(adopting: cancel)
    }

    // MARK: Sending

    func enterPipelineMode() -> Bool { unsafe PQenterPipelineMode(handle) == 1 }

    func exitPipelineMode() -> Bool { unsafe PQexitPipelineMode(handle) == 1 }

    func sendPrepare(name: String, sql: String, types: [UInt32]) -> Bool {
        unsafe types.withUnsafeBufferPointer {
            unsafe PQsendPrepare(handle, name, sql, CInt(types.count), $0.baseAddress) == 1
        }
    }

    func sendExecute(name: String, _ binds: PostgresBinds) -> Bool {
        unsafe withParameters(binds) { values, lengths, formats in
            unsafe PQsendQueryPrepared(handle, name, CInt(binds.count), values, lengths, formats, 0) == 1
        }
    }

    func sendUnprepared(sql: String, _ binds: PostgresBinds) -> Bool {
        unsafe withParameters(binds) { values, lengths, formats in
            unsafe binds.types.withUnsafeBufferPointer { types in
                unsafe PQsendQueryParams(
                    handle,
                    sql,
                    CInt(binds.count),
                    types.baseAddress,
                    values,
                    lengths,
                    formats,
                    0
                ) == 1
            }
        }
    }

    /// Sends any number of statements by the simple protocol; not in pipeline mode.
    func sendScript(_ sql: String) -> Bool { unsafe PQsendQuery(handle, sql) == 1 }

    func sendSync() -> Bool { unsafe PQpipelineSync(handle) == 1 }

    /// Has the kernel hold small writes back while many queries are sent: libpq writes at each sync, and each write would
    /// otherwise become a packet of its own and wake the server. On a Unix socket this does nothing.
    func setCorked(_ isCorked: Bool) {
        var value: CInt = isCorked ? 1 : 0
        unsafe setsockopt(descriptor, CInt(IPPROTO_TCP), TCP_CORK, &value, socklen_t(MemoryLayout<CInt>.size))
    }

    func flush() -> Flush {
        switch unsafe PQflush(handle) {
        case 0: .done
        case 1: .pending
        default: .failed
        }
    }

    // MARK: Receiving

    /// Reads what has arrived; false if the connection is broken.
    func consume() -> Bool { unsafe PQconsumeInput(handle) == 1 }

    /// Whether ``nextResult()`` would block.
    var isBusy: Bool { unsafe PQisBusy(handle) == 1 }

    /// The next result, or nil at the end of a command's results.
    func nextResult() -> PostgresResult? {
        guard let result = unsafe PQgetResult(handle) else { return nil }
        return unsafe PostgresResult(adopting: result)
    }

    var transactionStatus: TransactionStatus {
        switch unsafe PQtransactionStatus(handle) {
        case PQTRANS_IDLE: .idle
        case PQTRANS_ACTIVE: .active
        case PQTRANS_INTRANS: .inTransaction
        case PQTRANS_INERROR: .failed
        default: .unknown
        }
    }

    /// The next notification that has arrived.
    func nextNotification() -> PostgresNotification? {
        guard let notification = unsafe PQnotifies(handle) else { return nil }
        defer { unsafe PQfreemem(notification) }
        return unsafe PostgresNotification(
            channel: String(cString: notification.pointee.relname),
            payload: String(cString: notification.pointee.extra),
            processID: notification.pointee.be_pid
        )
    }

    // MARK: - Private

    private typealias Values = UnsafePointer<UnsafePointer<CChar>?>?
    private typealias Numbers = UnsafePointer<CInt>?

    /// Lends the values in the form libpq wants them.
    private func withParameters(_ binds: PostgresBinds, _ body: (Values, Numbers, Numbers) -> Bool) -> Bool {
        let count = binds.count
        if count == 0 { return body(nil, nil, nil) }
        return unsafe binds.bytes.withUnsafeBytes { bytes in
            unsafe withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: count) { values in
                unsafe withUnsafeTemporaryAllocation(of: CInt.self, capacity: 2 * count) { numbers in
                    for index in 0..<count {
                        let location = binds.locations[index]
                        // An empty value is not NULL, but an empty buffer may have no address.
                        let start = unsafe bytes.baseAddress ?? UnsafeRawPointer(numbers.baseAddress!)
                        let isText = binds.types[index] == PostgresType.inferred.objectID
                        unsafe values.initializeElement(
                            at: index,
                            to: location.length < 0
                                ? nil : (start + location.start).assumingMemoryBound(to: CChar.self)
                        )
                        unsafe numbers.initializeElement(at: index, to: CInt(max(0, location.length)))
                        unsafe numbers.initializeElement(at: count + index, to: isText ? 0 : 1)
                    }
                    let lengths = unsafe UnsafePointer(numbers.baseAddress!)
                    return unsafe body(UnsafePointer(values.baseAddress!), lengths, lengths + count)
                }
            }
        }
    }
}
