import Glibc

/// Where a command reads answers and passwords from.
package struct ConsoleInput: Sendable {
    /// Whether a person can be asked.
    package let isInteractive: Bool
    private let readLine: @Sendable (_ isSecret: Bool) -> String?

    /// - Parameter readLine: the next line without its line feed, unseen while it is typed if `isSecret`; nil at the end.
    package init(isInteractive: Bool, readLine: @escaping @Sendable (_ isSecret: Bool) -> String?) {
        self.isInteractive = isInteractive
        self.readLine = readLine
    }

    package static let standard = ConsoleInput(isInteractive: isatty(0) == 1) { isSecret in
        isSecret && isatty(0) == 1 ? readUnseenLine() : readLine(from: 0)
    }

    package func line() -> String? { readLine(false) }

    package func secretLine() -> String? { readLine(true) }

    // MARK: - Private

    private static func readUnseenLine() -> String? {
        var saved = termios()
        guard tcgetattr(0, &saved) == 0 else { return readLine(from: 0) }
        var unseen = saved
        unseen.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(0, TCSAFLUSH, &unseen)
        defer { tcsetattr(0, TCSAFLUSH, &saved) }
        return readLine(from: 0)
    }

    /// Reads byte by byte, so that nothing behind the line is taken, and gives up when the task is cancelled:
    /// a Ctrl-C at a question must end the command with the terminal as it was.
    private static func readLine(from descriptor: Int32) -> String? {
        var bytes: [UInt8] = []
        while !Task.isCancelled {
            var readiness = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let ready = poll(&readiness, 1, 100)
            if ready == 0 || (ready < 0 && errno == EINTR) { continue }
            var byte: UInt8 = 0
            guard ready > 0, read(descriptor, &byte, 1) == 1 else { break }
            if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(byte)
        }
        return bytes.isEmpty || Task.isCancelled ? nil : String(decoding: bytes, as: UTF8.self)
    }
}
