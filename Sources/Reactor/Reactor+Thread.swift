import Glibc

extension Reactor {
    private final class ThreadBody {
        let run: () -> Void

        init(_ run: @escaping () -> Void) {
            self.run = run
        }
    }

    /// Starts a thread that handles no signals and runs a closure. A process that cannot start a thread cannot go on.
    static func startThread(_ body: @escaping @Sendable () -> Void) -> pthread_t {
        let boxed = unsafe Unmanaged.passRetained(ThreadBody(body)).toOpaque()
        // A thread inherits the mask of the one that starts it; signals are for the threads of the application.
        var everything = sigset_t()
        var previous = sigset_t()
        unsafe sigfillset(&everything)
        unsafe pthread_sigmask(SIG_SETMASK, &everything, &previous)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &previous, nil) }
        var handle = pthread_t()
        let failure = unsafe pthread_create(
            &handle,
            nil,
            { argument in
                unsafe Unmanaged<ThreadBody>.fromOpaque(argument!).takeRetainedValue().run()
                return nil
            },
            boxed
        )
        precondition(failure == 0, "cannot start a thread (error \(failure))")
        return handle
    }

    /// Names the calling thread, as far as the kernel keeps it; a debugger and `top` show the name.
    static func nameThread(_ name: String) {
        let file = unsafe open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return }
        let bytes = Array(name.utf8.prefix(15))
        _ = unsafe write(file, bytes, bytes.count)
        close(file)
    }

    /// Runs a closure that blocks on a thread of its own and then hands its result over on the reactor's thread.
    package func runBlocking<Result: Sendable>(
        _ body: @escaping @Sendable () -> Result,
        then completion: @escaping @Sendable (Result) -> Void
    ) {
        let handle = Self.startThread {
            let result = body()
            self.execute { completion(result) }
        }
        pthread_detach(handle)
    }
}
