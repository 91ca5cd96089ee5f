import CEpoll
import Glibc

/// The descriptors a reactor sleeps on: an epoll set with an eventfd to wake it and a timerfd for the next deadline.
///
/// The timer runs on `CLOCK_BOOTTIME`, the clock of `ContinuousClock`, so that time spent in suspension counts.
@safe struct Poller: ~Copyable {
    /// One event of a registered descriptor.
    struct Event {
        let descriptor: CInt
        let generation: UInt32
        let readiness: Readiness
    }

    private let epoll: CInt
    private let alarm: CInt
    private let bell: CInt
    private var buffer: [epoll_event]

    /// The tags of the poller's own descriptors; a registration's tag holds a descriptor below 2^31 in its low half.
    private static let bellTag = UInt64.max
    private static let alarmTag = UInt64.max - 1

    /// Opens the set and its alarm.
    ///
    /// - Parameter bell: an eventfd, which the caller keeps open as long as anybody may ring it.
    static func open(bell: CInt) throws(ReactorError) -> Poller {
        let epoll = epoll_create1(CInt(EPOLL_CLOEXEC))
        guard epoll >= 0 else { throw .system("epoll_create1") }
        let alarm = timerfd_create(CLOCK_BOOTTIME, CInt(TFD_CLOEXEC) | CInt(TFD_NONBLOCK))
        guard alarm >= 0 else {
            close(epoll)
            throw .system("timerfd_create")
        }
        let poller = Poller(epoll: epoll, alarm: alarm, bell: bell)
        try poller.control(EPOLL_CTL_ADD, bell, events: EPOLLIN.rawValue, tag: Self.bellTag)
        try poller.control(EPOLL_CTL_ADD, alarm, events: EPOLLIN.rawValue, tag: Self.alarmTag)
        return poller
    }

    /// Does not throw: the optimiser of Swift 6.3.1 releases garbage when the initialiser of a noncopyable struct does.
    private init(epoll: CInt, alarm: CInt, bell: CInt) {
        self.epoll = epoll
        self.alarm = alarm
        self.bell = bell
        unsafe buffer = Array(repeating: epoll_event(), count: 256)
    }

    deinit {
        close(alarm)
        close(epoll)
    }

    /// Starts to watch a descriptor.
    func add(_ registration: Registration, _ interest: Readiness) throws(ReactorError) {
        try control(EPOLL_CTL_ADD, registration.descriptor, events: interest.epollEvents, tag: registration.tag)
    }

    /// Watches a descriptor for something else.
    func modify(_ registration: Registration, _ interest: Readiness) throws(ReactorError) {
        try control(EPOLL_CTL_MOD, registration.descriptor, events: interest.epollEvents, tag: registration.tag)
    }

    /// Ceases to watch a descriptor; one that is already closed is gone from the set by itself.
    func remove(_ descriptor: CInt) {
        _ = try? control(EPOLL_CTL_DEL, descriptor, events: 0, tag: 0)
    }

    /// Sets the alarm to go off after a time, or (nil) not at all.
    func setAlarm(after delay: Duration?) {
        var setting = itimerspec()
        if let delay {
            // A zero would disarm it.
            let (seconds, attoseconds) = max(delay, .nanoseconds(1)).components
            setting.it_value = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
        }
        unsafe timerfd_settime(alarm, 0, &setting, nil)
    }

    /// Waits for events, for the bell or for the alarm, and hands the events of registered descriptors out.
    ///
    /// - Parameter sleeping: false returns at once.
    /// - Returns: whether the alarm went off.
    mutating func wait(sleeping: Bool, into events: inout [Event]) -> Bool {
        events.removeAll(keepingCapacity: true)
        var alarmed = false
        let count = unsafe epoll_wait(epoll, &buffer, CInt(buffer.count), sleeping ? -1 : 0)
        // An interrupted wait has no events; the caller comes back.
        guard count > 0 else { return false }
        for index in 0..<Int(count) {
            let event = unsafe buffer[index]
            let tag = unsafe event.data.u64
            switch tag {
            case Self.bellTag: Self.drain(bell)
            case Self.alarmTag:
                Self.drain(alarm)
                alarmed = true
            default:
                events.append(
                    Event(
                        descriptor: CInt(truncatingIfNeeded: tag & 0xFFFF_FFFF),
                        generation: UInt32(tag >> 32),
                        readiness: Readiness(epollEvents: unsafe event.events)
                    )
                )
            }
        }
        return alarmed
    }

    // MARK: - Private

    private func control(
        _ operation: CInt,
        _ descriptor: CInt,
        events: UInt32,
        tag: UInt64
    ) throws(ReactorError) {
        var event = unsafe epoll_event(events: events, data: epoll_data_t(u64: tag))
        guard unsafe epoll_ctl(epoll, operation, descriptor, &event) == 0 else { throw .system("epoll_ctl") }
    }

    private static func drain(_ descriptor: CInt) {
        var count: UInt64 = 0
        _ = unsafe read(descriptor, &count, 8)
    }
}

extension Registration {
    fileprivate var tag: UInt64 { UInt64(generation) << 32 | UInt64(UInt32(descriptor)) }
}

extension Readiness {
    fileprivate var epollEvents: UInt32 {
        (contains(.readable) ? EPOLLIN.rawValue : 0) | (contains(.writable) ? EPOLLOUT.rawValue : 0)
    }

    fileprivate init(epollEvents events: UInt32) {
        self = []
        if events & EPOLLIN.rawValue != 0 { insert(.readable) }
        if events & EPOLLOUT.rawValue != 0 { insert(.writable) }
        // Reading tells the reason: an end of stream or the socket's error.
        if events & (EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0 { formUnion([.hangup, .readable]) }
    }
}

extension ReactorError {
    /// The failure of a system call, told by `errno`.
    static func system(_ call: String) -> ReactorError {
        let number = errno
        return ReactorError(.system, unsafe "\(call) failed: \(String(cString: strerror(number))) (errno \(number))")
    }
}
