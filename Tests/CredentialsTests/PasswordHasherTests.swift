import Testing

@testable import Credentials

@Suite("Password hashing")
struct PasswordHasherTests {
    private let hasher = PasswordHasher(cost: 4)

    private func code(_ body: () async throws(PasswordError) -> Void) async -> PasswordError.Code? {
        do throws(PasswordError) {
            try await body()
            return nil
        } catch {
            return error.code
        }
    }

    @Test("A password is known again, and no other is taken for it")
    func roundTrip() async throws {
        let hash = try await hasher.hash("Demo@123")
        #expect(hash.hasPrefix("$2b$04$"))
        #expect(try await hasher.verify("Demo@123", hash: hash))
        for other in ["demo@123", "Demo@12", "Demo@1234", "", " Demo@123"] {
            #expect(try await !hasher.verify(other, hash: hash))
        }
    }

    @Test("The same password has another hash each time")
    func salted() async throws {
        let hashes = [try await hasher.hash("Demo@123"), try await hasher.hash("Demo@123")]
        #expect(hashes[0] != hashes[1])
    }

    @Test("Hashes that other systems made are checked", arguments: ["$2a$", "$2b$", "$2y$"])
    func otherForms(prefix: String) async throws {
        let hash = prefix + "05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"
        #expect(try await hasher.verify("U*U", hash: hash))
        #expect(try await !hasher.verify("U*V", hash: hash))
    }

    @Test("72 bytes are hashed whole, and one more is refused instead of ignored")
    func length() async throws {
        let longest = String(repeating: "é", count: 36)
        let hash = try await hasher.hash(longest)
        #expect(try await hasher.verify(longest, hash: hash))
        #expect(try await !hasher.verify(String(longest.dropLast()) + "e", hash: hash))
        #expect(await code { () throws(PasswordError) in _ = try await hasher.hash(longest + "x") } == .tooLong)
        // What bcrypt itself would take for the same password.
        #expect(try await !hasher.verify(longest + "x", hash: hash))
    }

    @Test("A NUL is refused instead of ending the password")
    func nul() async throws {
        #expect(await code { () throws(PasswordError) in _ = try await hasher.hash("Demo\0@123") } == .containsNUL)
        let hash = try await hasher.hash("Demo")
        #expect(try await !hasher.verify("Demo\0@123", hash: hash))
    }

    @Test("Without a hash the answer is no, after the same work")
    func unknownUser() async throws {
        // At this cost the work takes some 50 ms of CPU; a shortcut would take a thousandth. Load only makes it longer.
        let costly = PasswordHasher(cost: 10)
        let time = try await ContinuousClock().measure { _ = try await costly.verify("wrong", hash: nil) }
        #expect(time > .milliseconds(10))
        #expect(try await !costly.verify("Demo@123", hash: nil))
    }

    @Test(
        "What is no hash is told from a wrong password",
        arguments: ["", "secret", "$2b$31$CCCCCCCCCCCCCCCCCCCCC.E5"]
    )
    func malformed(hash: String) async {
        #expect(
            await code { () throws(PasswordError) in _ = try await hasher.verify("x", hash: hash) } == .malformedHash
        )
    }

    @Test("After the stop everything is refused")
    func stopped() async {
        let hasher = PasswordHasher(cost: 4)
        hasher.stop()
        #expect(await code { () throws(PasswordError) in _ = try await hasher.hash("Demo@123") } == .stopped)
    }
}
