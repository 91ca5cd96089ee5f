import AppFixtures
import ControlApp
import HubModel
import HubTesting
import HubWire
import Testing

extension ControlAppTests {
    @Suite("Trying a super admin's password")
    struct LoginThrottleTests {
        /// Signs in at the apex host, through a router that saw this address.
        private static func signIn(
            _ password: String,
            at control: RunningControl,
            from address: String,
            _ clock: ShiftedClock
        ) async throws -> WebAnswer {
            let signer = RequestSigner(key: RunningBackend.signingKey)
            let expiry = clock.now() + .seconds(30)
            let client = control.stranger.with([
                HubHeader.signature: signer.sign(tenant: nil, epoch: nil, scope: .tenant, expiry: expiry),
                HubHeader.clientAddress: address,
            ])
            return try await client.post(
                "/api/auth/login",
                LoginRequest(email: RunningControl.superAdmin, password: password)
            )
        }

        @Test("Wrong passwords, spread over addresses and control processes, close the account for the right one too")
        func spread() async throws {
            let clock = ShiftedClock()
            try await HubDatabases.with { databases in
                try await RunningControl.with(databases, backends: [1], now: clock.now) { one in
                    try await RunningControl.with(databases, backends: [1], isPrepared: true, now: clock.now) { other in
                        for number in 1...5 {
                            let control = number.isMultiple(of: 2) ? one : other
                            let answer = try await Self.signIn("wrong", at: control, from: "192.0.2.\(number)", clock)
                            #expect(answer.status == 401)
                        }
                        for control in [one, other] {
                            let answer = try await Self.signIn(
                                RunningControl.password,
                                at: control,
                                from: "192.0.2.9",
                                clock
                            )
                            #expect(answer.status == 429 && answer["retry-after"] == "1")
                        }
                        #expect(
                            try databases.inDirectory("SELECT count(*) FROM audit_logs WHERE action = 'LOGIN_FAILED'")
                                == ["5"]
                        )
                        clock.advance(by: .seconds(1))
                        let answer = try await Self.signIn(RunningControl.password, at: one, from: "192.0.2.9", clock)
                        #expect(answer.status == 200)
                        #expect(
                            try databases.inDirectory("SELECT network, failures FROM login_accounts ORDER BY network")
                                == ["|0", "192.0.2.9|0"]
                        )
                        clock.advance(by: .seconds(40 * 86_400))
                        #expect(try await Self.signIn("wrong", at: other, from: "192.0.2.7", clock).status == 401)
                        #expect(
                            try databases.inDirectory("SELECT network, failures FROM login_accounts") == ["|1"],
                            "what has no weight any more is forgotten"
                        )
                    }
                }
            }
        }

        @Test("Passwords tried all at once at two processes get no more verdicts than one by one")
        func burst() async throws {
            let clock = ShiftedClock()
            try await HubDatabases.with { databases in
                try await RunningControl.with(databases, backends: [1], now: clock.now) { one in
                    try await RunningControl.with(databases, backends: [1], isPrepared: true, now: clock.now) { other in
                        let answers = try await withThrowingTaskGroup(of: WebAnswer.self) { group in
                            for number in 0..<40 {
                                group.addTask {
                                    let control = number.isMultiple(of: 2) ? one : other
                                    return try await Self.signIn("no", at: control, from: "192.0.2.\(number)", clock)
                                }
                            }
                            return try await group.reduce(into: []) { $0.append($1) }
                        }
                        #expect(answers.count { $0.status == 401 } == 5)
                        #expect(answers.allSatisfy { [401, 429, 503].contains($0.status) })
                    }
                }
            }
        }
    }
}
