import DequeModule
import Dispatch
import Glibc
import Synchronization

/// Runs work that takes a CPU for long on a few threads of its own, away from those that serve requests.
///
/// A bounded number of jobs may wait. Every job ends exactly once: whoever takes it out of the queue, under the lock,
/// resumes its task, be it a thread, a cancellation or the stop of the pool.
final class HashingPool: Sendable {
    private struct Job {
        let id: UInt64
        let run: @Sendable () -> Void
        let fail: @Sendable (PasswordError) -> Void
    }

    private struct State {
        var queue: Deque<Job> = []
        var nextID: UInt64 = 0
        var isStopped = false
    }

    /// What the threads share, apart from the pool, so that they do not keep it alive.
    private final class Shared: Sendable {
        let state = Mutex(State())
        /// Counts the jobs in the queue, so that each wakes one thread.
        let wake = DispatchSemaphore(value: 0)
    }

    private let shared = Shared()
    private let threads: Int
    private let queueLimit: Int

    init(threads: Int, queueLimit: Int) {
        precondition(threads >= 1 && queueLimit >= 1, "a hashing pool has a thread and room for one job to wait")
        self.threads = threads
        self.queueLimit = queueLimit
        for _ in 0..<threads { HashingPool.startThread(shared) }
    }

    deinit {
        stop()
    }

    /// How many jobs wait for a thread.
    var waiting: Int { shared.state.withLock { $0.queue.count } }

    /// The result of the work, which runs on one of the threads.
    /// - Throws: `busy`, `stopped`, or `cancelled` when the task is cancelled before the work has begun.
    func run<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async throws(PasswordError) -> Value {
        let id = shared.state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        let result: Result<Value, PasswordError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let job = Job(
                    id: id,
                    run: { continuation.resume(returning: .success(work())) },
                    fail: { continuation.resume(returning: .failure($0)) }
                )
                if let refusal = enqueue(job) { return job.fail(refusal) }
                // A cancellation that came before the job was in the queue has not found it there.
                if Task.isCancelled { cancel(id) }
            }
        } onCancel: {
            cancel(id)
        }
        return try result.get()
    }

    /// Fails what waits and ends the threads, each after the job it is at.
    func stop() {
        let abandoned = shared.state.withLock { state in
            state.isStopped = true
            defer { state.queue = [] }
            return state.queue
        }
        for job in abandoned { job.fail(PasswordError(.stopped)) }
        for _ in 0..<threads { shared.wake.signal() }
    }

    // MARK: - Private

    private func enqueue(_ job: Job) -> PasswordError? {
        let refusal: PasswordError? = shared.state.withLock { state in
            guard !state.isStopped else { return PasswordError(.stopped) }
            guard state.queue.count < queueLimit else { return PasswordError(.busy) }
            state.queue.append(job)
            return nil
        }
        if refusal == nil { shared.wake.signal() }
        return refusal
    }

    private func cancel(_ id: UInt64) {
        let job = shared.state.withLock { state in
            state.queue.firstIndex { $0.id == id }.map { state.queue.remove(at: $0) }
        }
        job?.fail(PasswordError(.cancelled))
    }

    private static func startThread(_ shared: Shared) {
        let context = unsafe Unmanaged.passRetained(shared).toOpaque()
        var thread = pthread_t()
        let status = unsafe pthread_create(
            &thread,
            nil,
            { context in
                unsafe HashingPool.work(for: Unmanaged<Shared>.fromOpaque(context!).takeRetainedValue())
                return nil
            },
            context
        )
        precondition(status == 0, "no thread for hashing passwords: error \(status)")
        pthread_detach(thread)
    }

    private static func work(for shared: Shared) {
        // Signals are for the threads that handle them.
        var all = sigset_t()
        unsafe sigfillset(&all)
        unsafe pthread_sigmask(SIG_BLOCK, &all, nil)
        while true {
            shared.wake.wait()
            let (job, isStopped) = shared.state.withLock { ($0.queue.popFirst(), $0.isStopped) }
            if let job { job.run() } else if isStopped { return }
        }
    }
}
