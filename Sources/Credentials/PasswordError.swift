/// Why a password was not hashed or checked.
package struct PasswordError: Error, Hashable, CustomStringConvertible {
    package enum Code: String, CaseIterable, Sendable {
        /// Over 72 bytes: bcrypt would ignore the rest.
        case tooLong
        /// It has a NUL character: bcrypt would ignore it and what follows.
        case containsNUL
        /// As many hashes as are allowed already wait.
        case busy
        /// The task was cancelled before the work began.
        case cancelled
        /// The hasher has been stopped.
        case stopped
        /// What should be a bcrypt hash is none.
        case malformedHash
        /// The system's library refused.
        case failed
    }

    package let code: Code

    package init(_ code: Code) {
        self.code = code
    }

    package var description: String {
        switch code {
        case .tooLong: "the password has more than 72 bytes"
        case .containsNUL: "the password contains a NUL character"
        case .busy: "too many passwords are being checked at the same time"
        case .cancelled: "the password was not checked, since nobody waits for the result"
        case .stopped: "passwords are no longer checked, since the process is stopping"
        case .malformedHash: "the stored hash is not one of bcrypt"
        case .failed: "the system's crypt library refused to hash"
        }
    }
}
