import Testing

@testable import Credentials

@Suite("bcrypt")
struct BcryptTests {
    @Test(
        "The vectors of other implementations hold, in each of the three forms",
        arguments: [
            // crypt_blowfish's own tests
            ("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
            ("U*U", "$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
            ("U*U", "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
            ("U*U*", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK"),
            ("U*U*U", "$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a"),
            // OpenWall's and jBCrypt's
            ("", "$2a$06$DCq7YPn5Rq63x1Lad4cll.TV4S6ytwfsfvkgY8jIucDrjc8deX1s."),
            ("abc", "$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i"),
            ("~!@#$%^&*()      ~!@#$%^&*()PNBFRD", "$2a$06$fPIsBO8qRqkjj273rfaOI.HtSV9jLDpTbZn782DC6/t7qT67P6FfO"),
        ]
    )
    func vectors(password: String, hash: String) {
        #expect(Bcrypt.hash(password, setting: hash) == hash)
    }

    @Test(
        "The cost is read from hashes only",
        arguments: [
            ("$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", 5),
            ("$2b$12$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", 12),
            ("$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", nil),
            ("$2b$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", nil),
            ("$2b$03$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", nil),
            ("$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOe", nil),
            ("$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvy OeW", nil), ("$6$salt$hash", nil), ("", nil),
            ("plain text", nil),
        ] as [(String, Int?)]
    )
    func cost(hash: String, cost: Int?) {
        #expect(Bcrypt.cost(of: hash) == cost)
    }

    @Test("Each new setting has a salt of its own and the cost asked for")
    func settings() throws {
        let settings = try (0..<100).map { _ in try #require(Bcrypt.setting(cost: 12)) }
        #expect(settings.allSatisfy { $0.hasPrefix("$2b$12$") && $0.utf8.count == 29 })
        #expect(Set(settings).count == 100)
    }

    @Test("The setting for work thrown away is a good one, at each cost", arguments: [4, 5])
    func throwaway(cost: Int) throws {
        let hash = try #require(Bcrypt.hash("x", setting: Bcrypt.throwawaySetting(cost: cost)))
        #expect(Bcrypt.cost(of: hash) == cost)
    }

    @Test("A bad setting gives no hash", arguments: ["", "$2b$", "x", "$2b$05$short"])
    func badSetting(setting: String) {
        #expect(Bcrypt.hash("x", setting: setting) == nil)
    }
}
