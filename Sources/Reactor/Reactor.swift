import CEpoll
import Glibc
import Synchronization

/// One thread around one epoll set, which is the `SerialExecutor` of the actors that own the descriptors it watches:
/// an event, a timer and an actor's method run on the same thread, and nothing is handed from one to another.
///
/// Jobs run in the order in which they were enqueued. One turn of the thread is: the events of ready descriptors, the
/// timers that are due, the jobs that are waiting, and last what was put off until the end of the turn.
///
/// A reactor runs until ``shutdown()``, whether it is referenced or not.
// Unchecked, because the state of the thread's turn (`poller` and what follows it) is bound to the thread by preconditions,
// not by the compiler; the rest is immutable, atomic or behind the mutex.
package final class Reactor: SerialExecutor, @unchecked Sendable {
    /// The name of the thread, cut to the 15 bytes that the kernel keeps.
    package let name: String

    /// The identity of the thread that runs the jobs; 0 while there is none.
    private let owner = Atomic<UInt>(0)
    private let inbox = Mutex(Inbox())
    private let bell: CInt
    private let thread = Mutex<pthread_t?>(nil)

    // What follows belongs to the thread.
    var poller: Poller?
    var slots: [Slot] = []
    var timers = TimerQueue<() -> Void>()
    var armed: ContinuousClock.Instant?
    private var turnEnd: [() -> Void] = []
    private var isStopping = false

    /// The time at which the current turn began: a clock that is free to read, and only as fresh as the turn.
    /// Only on the reactor's thread.
    package internal(set) var now = ContinuousClock.now

    /// Starts the thread.
    package init(name: String = "reactor") throws(ReactorError) {
        self.name = name
        bell = eventfd(0, CInt(EFD_CLOEXEC) | CInt(EFD_NONBLOCK))
        guard bell >= 0 else { throw .system("eventfd") }
        do throws(ReactorError) {
            poller = try Poller.open(bell: bell)
        } catch {
            close(bell)
            throw error
        }
        let started = Self.startThread { self.run() }
        thread.withLock { $0 = started }
    }

    deinit {
        close(bell)
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        submit(.job(job))
    }

    /// Runs a closure on the reactor's thread, in turn with the jobs.
    package func execute(_ body: @escaping @Sendable () -> Void) {
        submit(.closure(body))
    }

    /// Runs a closure when everything that is ready in this turn has been done, for instance to write once what many
    /// jobs have buffered. Only on the reactor's thread.
    package func atEndOfTurn(_ body: @escaping () -> Void) {
        checkIsolated()
        turnEnd.append(body)
    }

    package func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        unsafe UnownedSerialExecutor(ordinary: self)
    }

    package func checkIsolated() {
        precondition(isOnThread, "must be called on the reactor's thread")
    }

    package func isIsolatingCurrentContext() -> Bool? {
        isOnThread
    }

    /// Ends the reactor: every registration gets a ``Readiness/shutdown`` event, every timer fires at once, and the thread
    /// is joined (called on the reactor's own thread, it is only told to end).
    ///
    /// Jobs that arrive later are not lost, since somebody may be waiting for them: they run, in order, on a thread that
    /// is started for them. Registering a descriptor and setting a timer throw by then.
    package func shutdown() {
        let mustWake = inbox.withLock { inbox -> Bool in
            inbox.isStopRequested = true
            guard inbox.phase == .sleeping else { return false }
            inbox.phase = .running
            return true
        }
        if mustWake { ring() }
        let handle = thread.withLock { handle in
            defer { handle = nil }
            return handle
        }
        guard let handle else { return }
        if isOnThread {
            pthread_detach(handle)
        } else {
            pthread_join(handle, nil)
        }
    }

    /// Fails once the shutdown has begun. Only on the reactor's thread.
    func checkRunning() throws(ReactorError) {
        checkIsolated()
        if isStopping { throw ReactorError(.shutDown, "the reactor is shut down") }
    }
}

extension Reactor {
    private enum Work {
        case job(UnownedJob)
        case closure(@Sendable () -> Void)
    }

    private enum Phase {
        /// The thread will look at the inbox before it sleeps.
        case running
        /// The thread sleeps, or is about to: it must be woken.
        case sleeping
        /// The thread has ended.
        case ended
        /// The thread has ended, and another runs the jobs that came too late.
        case late
    }

    private struct Inbox {
        var work: [Work] = []
        var phase = Phase.running
        var isStopRequested = false
    }

    private var isOnThread: Bool {
        owner.load(ordering: .relaxed) == UInt(pthread_self())
    }

    private func submit(_ work: Work) {
        let previous = inbox.withLock { inbox -> Phase in
            inbox.work.append(work)
            let previous = inbox.phase
            switch previous {
            case .sleeping: inbox.phase = .running
            case .ended: inbox.phase = .late
            case .running, .late: break
            }
            return previous
        }
        switch previous {
        case .sleeping: ring()
        case .ended: startLateThread()
        case .running, .late: break
        }
    }

    /// Wakes the thread. One ring answers any number of jobs: whoever finds the thread asleep rings, nobody else.
    private func ring() {
        var one: UInt64 = 1
        _ = unsafe write(bell, &one, 8)
    }

    // MARK: - The thread

    private func run() {
        owner.store(UInt(pthread_self()), ordering: .relaxed)
        Self.nameThread(name)
        var events: [Poller.Event] = []
        var batch: [Work] = []
        while true {
            runTurn(&batch)
            let (isStopRequested, mayRest) = inbox.withLock { inbox in
                let mayRest = inbox.work.isEmpty && !inbox.isStopRequested
                if mayRest { inbox.phase = .sleeping }
                return (inbox.isStopRequested, mayRest)
            }
            if isStopRequested { break }
            setAlarm()
            let alarmed = poller!.wait(sleeping: mayRest, into: &events)
            if mayRest { inbox.withLock { $0.phase = .running } }
            if alarmed { armed = nil }
            now = .now
            for event in events { deliver(event) }
            fireTimers()
        }
        stop(&batch)
    }

    /// Runs the jobs that are waiting, and then what was put off until they had run.
    private func runTurn(_ batch: inout [Work]) {
        inbox.withLock { swap(&$0.work, &batch) }
        for work in batch {
            switch work {
            case .job(let job): unsafe job.runSynchronously(on: asUnownedSerialExecutor())
            case .closure(let body): body()
            }
        }
        batch.removeAll(keepingCapacity: true)
        while !turnEnd.isEmpty {
            let bodies = turnEnd
            turnEnd.removeAll(keepingCapacity: true)
            for body in bodies { body() }
        }
    }

    private func stop(_ batch: inout [Work]) {
        isStopping = true
        endRegistrations()
        for body in timers.removeAll() { body() }
        runTurn(&batch)
        poller = nil
        leaveThread()
    }

    private func leaveThread() {
        owner.store(0, ordering: .relaxed)
        let isLate = inbox.withLock { inbox in
            inbox.phase = inbox.work.isEmpty ? .ended : .late
            return inbox.phase == .late
        }
        if isLate { startLateThread() }
    }

    private func startLateThread() {
        let late = Self.startThread {
            self.owner.store(UInt(pthread_self()), ordering: .relaxed)
            var batch: [Work] = []
            self.runTurn(&batch)
            self.leaveThread()
        }
        pthread_detach(late)
    }
}
