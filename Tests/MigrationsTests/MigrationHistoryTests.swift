import Migrations
import Testing

@Suite("The history of a database, judged against a schema")
struct MigrationHistoryTests {
    private let schema = Schema(
        name: "sample",
        migrations: [
            Migration(version: 1, name: "first", sql: "SELECT 1"),
            Migration(version: 2, name: "second", sql: "SELECT 2"),
            Migration(version: 3, name: "third", sql: "SELECT 3"),
        ]
    )

    private func history(_ versions: Int...) -> MigrationHistory {
        let applied = versions.map { version in
            let known = schema.migrations.indices.contains(version - 1) ? schema.migrations[version - 1] : nil
            return AppliedMigration(version: version, name: known?.name ?? "new", checksum: known?.checksum ?? "?")
        }
        return MigrationHistory(database: "hub", applied: applied)
    }

    @Test("What was not applied is pending, in order")
    func pending() throws {
        #expect(try history().pending(of: schema).map(\.version) == [1, 2, 3])
        #expect(try history(2, 1).pending(of: schema).map(\.version) == [3])
        #expect(try history(1, 2, 3).pending(of: schema).isEmpty)
    }

    @Test("A database that is behind is refused with the command that helps")
    func behind() {
        let error = #expect(throws: MigrationError.self) { try history(1).requireCurrent(schema) }
        #expect(error?.code == .behind)
        #expect(
            error?.description
                == "the sample schema of database hub is at version 1 and this program needs 3: run `hubctl migrate`"
        )
        #expect(throws: Never.self) { try history(1, 2, 3).requireCurrent(schema) }
    }

    @Test("A version this program does not know is refused")
    func ahead() {
        let error = #expect(throws: MigrationError.self) { try history(1, 2, 3, 4).requireCurrent(schema) }
        #expect(error?.code == .ahead)
    }

    @Test("A missing version is refused, even when later ones were applied")
    func gap() {
        let error = #expect(throws: MigrationError.self) { try history(1, 3).pending(of: schema) }
        #expect(error?.code == .gap)
    }

    @Test("A migration whose text has changed is refused")
    func drift() {
        let changed = MigrationHistory(
            database: "hub",
            applied: [AppliedMigration(version: 1, name: "first", checksum: "0")]
        )
        let error = #expect(throws: MigrationError.self) { try changed.pending(of: schema) }
        #expect(error?.code == .drift)
    }

    @Test("The checksum is the SHA-256 of the text")
    func checksum() {
        // FIPS 180-4's example "abc"
        #expect(
            Migration(version: 1, name: "abc", sql: "abc").checksum
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        )
    }
}
