import HubModel
import Moving
import Testing

struct MoveWordsTests {
    @Test("States and steps keep the texts that the journal has")
    func texts() {
        #expect(MoveState.catchingUp.rawValue == "catching-up")
        #expect(MoveStep.openReverse.rawValue == "open-reverse")
        #expect(MoveWish(rawValue: "switch") == .switch)
    }

    @Test("A state is at rest or has steps, and what is final wants nothing")
    func statesAreSound() {
        for state in MoveState.allCases {
            #expect((state.steps.isEmpty && state != .planned) == state.isAtRest, "\(state)")
            if state.isFinal { #expect(state.isAtRest && state.legalWishes.isEmpty && !state.permitsStreams) }
        }
    }

    @Test("An object's name is read back, and no other name is")
    func objectNames() {
        let record = MoveRecord.fixture(.copying)
        let object = MoveObject(move: record.id, generation: .first.next, direction: .reverse)
        #expect(object.description == "hub_move_0198c0de000070008000000000000001_2r")
        #expect(MoveObject(object.description) == object)
        for name in ["hub_move_1", "hub_move_0198c0de000070008000000000000001_02", "pg_hub_move", "hub_move_"] {
            #expect(MoveObject(name) == nil, "\(name)")
        }
    }

    @Test("Only objects of the present generation of a living move are permitted")
    func permittedObjects() {
        var record = MoveRecord.fixture(.catchingUp)
        let object = MoveObject(move: record.id, generation: .first, direction: .forward)
        #expect(object.isPermitted(by: record))
        #expect(!object.isPermitted(by: nil))
        record.generation = record.generation.next
        #expect(!object.isPermitted(by: record))
        #expect(!object.isPermitted(by: .fixture(.failed)))
    }

    @Test("A log position has PostgreSQL's form")
    func logPositions() {
        #expect(LogPosition("16/B374D848")?.rawValue == 0x16_B374_D848)
        #expect(LogPosition(rawValue: 0x16_B374_D848).description == "16/B374D848")
        #expect(LogPosition("16B374D848") == nil)
        #expect(LogPosition(rawValue: 5).distance(from: LogPosition(rawValue: 9)) == 0)
    }

    @Test("A certificate's text has every fact on a line of its own, and begins with the hash before")
    func certificate() {
        let person = OperatorReference(
            id: UserID("0198c0de-0000-7000-8000-000000000003")!,
            email: EmailAddress("root@hub.example")!
        )
        let digest = TableDigest(rows: 2, hash: 9)
        let certificate = MoveCertificate(
            record: .fixture(.switched),
            startedAt: Timestamp(microseconds: 0),
            completedAt: Timestamp(microseconds: 60_000_000),
            startedBy: person,
            completedBy: person,
            switches: [
                .init(
                    direction: .forward,
                    committedAt: Timestamp(microseconds: 30_000_000),
                    epochBefore: .first,
                    epochAfter: Epoch.first.next,
                    mark: LogPosition(rawValue: 0x10),
                    pause: .milliseconds(42),
                    requests: HeldRequests([
                        (ProcessName("router-b")!, nil),
                        (ProcessName("router-c")!, .init(held: 3, late: 0, longest: .milliseconds(85))),
                        (ProcessName("router-a")!, .init(held: 4, late: 1, longest: .milliseconds(12))),
                    ]),
                    tables: [
                        TableComparison(table: "users", source: digest, target: digest),
                        TableComparison(table: "tasks", source: digest, target: digest, changed: 3),
                    ]
                )
            ],
            previousHash: nil
        )
        #expect(certificate.canonicalText.hasPrefix("certificate 2\nprevious none\nmove 0198c0de-"))
        #expect(
            certificate.canonicalText.hasSuffix(
                """
                switch forward 1970-01-01T00:00:30Z
                epochs 1 2
                mark 0/10
                pause 42000
                requests 7 1
                longest 85000
                silent router-b
                table users 2 9 2 9
                table tasks 2 9 2 9
                changed tasks 3

                """
            )
        )
    }
}
