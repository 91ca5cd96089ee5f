import Foundation
import HubModel
import Testing
import Topology

import enum Topology.ExitStatus

@testable import OperatorApp

@Suite("Parts of backups")
struct BackupPartsTests {
    private static let yaml =
        Workplace.topology() + """

            backups: { folder: /backups, settings: /etc/pgb.conf, data: "/pg/{name}", socket: "/run/{name}", stop: x, start: y }
            """

    private func topology(_ yaml: String = yaml) throws -> Topology {
        try Topology(yaml: yaml, file: "hub.yaml", environment: ["STATE": "/state"])
    }

    private func target() throws -> BackupTarget {
        let topology = try topology()
        return BackupTarget(.directory(of: topology), try topology.requireBackups())
    }

    private func settings(_ topology: Topology) throws -> [String] {
        let backups = try topology.requireBackups()
        let secrets = Secrets(
            environment: [
                "HUB_SECRET_BACKUP_PASSPHRASE": "the passphrase", "HUB_SECRET_BACKUP_S3_KEY": "the key",
                "HUB_SECRET_BACKUP_S3_KEY_SECRET": "the key's secret",
            ]
        )
        return try BackupSettings(
            backups,
            targets: DatabaseTarget.all(of: topology).map { BackupTarget($0, backups) },
            secrets: secrets,
            folder: "/etc"
        ).text.split(separator: "\n").map(String.init)
    }

    @Test("The settings have the repository, how much is kept, and a stanza for each database")
    func settingsOfFolder() throws {
        let lines = try settings(topology())
        #expect(lines.first == BackupSettings.mark)
        for line in [
            "repo1-path=/backups", "repo1-cipher-type=aes-256-cbc", "repo1-cipher-pass=the passphrase",
            "repo1-retention-full=2", "repo1-retention-diff=7", "compress-type=zst", "process-max=2",
            "lock-path=/etc/lock",
        ] { #expect(lines.contains(line)) }
        let stanzas = lines.split { $0.hasPrefix("[") }.dropFirst(2).map(Array.init)
        #expect(lines.filter { $0.hasPrefix("[") } == ["[global]", "[directory]", "[us-1]"])
        #expect(
            stanzas.last == [
                "pg1-path=/pg/us-1", "pg1-port=8", "pg1-socket-path=/run/us-1", "pg1-user=hub_admin",
            ]
        )
    }

    @Test("A bucket's settings have its keys, and its certificates are checked unless the topology says otherwise")
    func settingsOfBucket() throws {
        let bucket = "s3: { endpoint: \"minio:9000\", bucket: b, region: r, pathStyle: true, verifyTLS: false }"
        let lines = try settings(topology(Self.yaml.replacing("folder: /backups", with: bucket)))
        for line in [
            "repo1-type=s3", "repo1-path=/workspace-hub", "repo1-s3-bucket=b", "repo1-s3-endpoint=minio",
            "repo1-storage-port=9000", "repo1-s3-key=the key", "repo1-s3-key-secret=the key's secret",
            "repo1-s3-uri-style=path", "repo1-storage-verify-tls=n",
        ] { #expect(lines.contains(line)) }
    }

    // MARK: What pgbackrest says

    private static let information = """
        [{"archive":[{"database":{"id":1,"repo-key":1},"id":"15-1","max":"000000020000000000000009","min":"000000010000000000000001"}],\
        "backup":[\(set("20261126-175930F", "full", 1000, "000000010000000000000002", "0/2000100")),\
        \(set("20261126-175930F_20261126-175935D", "diff", 2000, "000000010000000000000004", "0/4000100")),\
        \(set("20261126-175930F_20261126-175940D", "diff", 3000, "000000010000000000000006", "0/6000100")),\
        \(set("20261126-180000F", "full", 4000, "000000020000000000000008", "0/8000100"))],\
        "cipher":"none","db":[{"id":1,"repo-key":1,"system-id":7712541354807425498,"version":"15"}],"name":"us-1",\
        "repo":[{"cipher":"none","key":1,"status":{"code":0,"message":"ok"}}],"status":{"code":0,"message":"ok"}}]
        """

    private static func set(_ label: String, _ type: String, _ stop: Int, _ wal: String, _ lsn: String) -> String {
        """
        {"archive":{"start":"\(wal)","stop":"\(wal)"},"error":false,"info":{"delta":5,"repository":{"delta":2,"size":3},"size":4},\
        "label":"\(label)","lsn":{"start":"0/28","stop":"\(lsn)"},"timestamp":{"start":\(stop - 1),"stop":\(stop)},"type":"\(type)"}
        """
    }

    private func information(_ text: String = information) throws -> BackupInformation {
        try #require(try JSONDecoder().decode([BackupInformation].self, from: Data(text.utf8)).first)
    }

    @Test("Its account of a repository is read")
    func read() throws {
        let information = try information()
        #expect(information.db.map(\.systemIdentifier) == [7_712_541_354_807_425_498])
        #expect(information.newestTimeline == 2)
        #expect(information.backup.map(\.type) == [.full, .differential, .differential, .full])
        #expect(information.backup[1].endedAt == Timestamp(microseconds: 2_000_000_000))
        #expect(information.backup.map(\.timeline) == [1, 1, 1, 2])
        #expect(throws: Never.self) { try information.checked(target(), settings: "/etc/pgb.conf") }
    }

    @Test(
        "A repository that cannot be used is told with what to do",
        arguments: [
            (1, "missing stanza path", ExitStatus.notFound, "hubctl backup init"),
            (99, "[FormatError] unable to load info file", .usage, "backup-passphrase"),
            (99, "[FileOpenError] unable to list", .unreachable, "correct backups in the topology"),
        ]
    )
    func unusable(code: Int, message: String, status: ExitStatus, remedy: String) throws {
        let text = Self.information.replacing(
            #""code":0,"message":"ok""#,
            with: #""code":\#(code),"message":"\#(message)""#
        )
        let error = #expect(throws: OperatorError.self) {
            try information(text).checked(target(), settings: "/etc/pgb.conf")
        }
        #expect(error?.status == status)
        #expect(error?.message.contains(remedy) == true)
    }

    @Test("Progress is found in its lines, and nothing else is taken for it")
    func progress() {
        let line = "2026-11-26 P01 DETAIL: restore file /data/base/1/2604 (8KB, 42.26%) checksum 4b"
        #expect(PgBackRest.progress(in: line) == 0.4226)
        #expect(PgBackRest.progress(in: "P00 INFO: restore command begin (100%)") == nil)
    }

    @Test("Damage is found in what verify says, which ends with success all the same")
    func damage() {
        let words = """
            stanza: us-1
            status: error
              archiveId: 15-1, total WAL checked: 4, total valid WAL: 4
                missing: 0, checksum invalid: 0, size invalid: 0, other: 0
              backup: 20261126-175930F, status: invalid, total files checked: 964, total valid files: 963
                checksum invalid: 1
              backup: 20261126-180000F, status: valid, total files checked: 9, total valid files: 9
            """
        let faults = BackupVerifyCommand.faults(in: words)
        #expect(faults.count == 1)
        #expect(faults.first?.contains("20261126-175930F") == true)
        #expect(BackupVerifyCommand.faults(in: "").isEmpty)
    }

    // MARK: Choosing

    private let history = TimelineHistory(timeline: 2, text: "1\t0/5000000\tbefore 2026-11-26 17:59:51+00\n")

    @Test("A history tells from which backups it can be reached: not from those made after it was left")
    func timelines() throws {
        #expect(try information().backup.map(history.leads) == [true, true, false, true])
        #expect(TimelineHistory.file(of: 26) == "0000001A.history")
    }

    @Test("Segments that are missing are found along the history, whatever a timeline went on with after it was left")
    func gaps() throws {
        let backups = try information().backup.filter(history.leads)
        let segments = [2, 3, 4, 5, 6, 7].map { "00000001000000000000000\($0)-abc.zst" } + ["00000002.history"]
        let later = [5, 8, 9, 11].map { "0000000200000000000000" + ($0 < 10 ? "0\($0)" : "0B") + "-abc.zst" }
        let found = ArchiveGap.find(in: segments + later, history: history, backups: backups)
        #expect(found.map(\.first) == ["0000000000000006", "000000000000000A"])
        #expect(found.map(\.last) == ["0000000000000007", "000000000000000A"])
        #expect(found.map(\.count) == [2, 1])
        #expect(found[0].after == "20261126-175930F_20261126-175935D" && found[0].before == "20261126-180000F")
        #expect(found[1].after == "20261126-180000F" && found[1].before == nil)
        let whole = ["6", "7", "A"].map { "00000002000000000000000\($0)" }
        #expect(ArchiveGap.find(in: segments + later + whole, history: history, backups: backups).isEmpty)
        #expect(ArchiveGap.find(in: segments, history: history, backups: []).isEmpty)
    }

    @Test(
        "Recovery begins with the newest backup that had ended, in the history that counts",
        arguments: [
            ("latest", 3), ("1970-01-01T00:33:21Z", 1), ("1970-01-01T00:33:20Z", 0), ("1970-01-01T00:58:20Z", 1),
        ]
    )
    func choice(to: String, index: Int) throws {
        let backups = try information().backup
        let moment = try RecoveryTarget(to, now: .now())
        #expect(try moment.choose(from: backups, history: history, of: target()).label == backups[index].label)
    }

    @Test("A moment before the first backup, none at all, and one that is none are told")
    func wrongMoments() throws {
        let early = try RecoveryTarget("1970-01-01T00:16:40Z", now: .now())
        let target = try target()
        let error = try #require(
            #expect(throws: OperatorError.self) {
                try early.choose(from: information().backup, history: history, of: target)
            }
        )
        #expect(error.status == .notFound && error.message.contains("the first ended at 1970-01-01T00:16:40Z"))
        let none = #expect(throws: OperatorError.self) { try early.choose(from: [], history: history, of: target) }
        #expect(none?.message.contains("hubctl backup create") == true)
        for text in ["tomorrow", "2025-12-22", "9999-01-01T00:00:00Z"] {
            let error = #expect(throws: OperatorError.self) { try RecoveryTarget(text, now: .now()) }
            #expect(error?.status == .usage)
        }
    }

    @Test("Without a full backup a full one is made, and else a differential one")
    func kinds() throws {
        #expect(BackupCreateCommand.kind(after: []) == .full)
        #expect(BackupCreateCommand.kind(after: try information().backup) == .differential)
    }

    @Test("Tenants that the directory and a shard see otherwise are counted on the side that has them")
    func ownership() throws {
        let ids = (0..<4).map { _ in TenantID(UUID().uuidString)! }
        let (one, two) = (Epoch(rawValue: 1), Epoch(rawValue: 2))
        let comparison = OwnershipComparison(
            shard: "us-1",
            directory: [ids[0]: one, ids[1]: two, ids[2]: one],
            shard: [ids[0]: one, ids[1]: one, ids[3]: one]
        )
        #expect(comparison.missing == [ids[1], ids[2]].map(\.description).sorted())
        #expect(comparison.foreign == [ids[1], ids[3]].map(\.description).sorted())
        #expect(comparison.sentence.hasPrefix("shard us-1: 2 tenants of the directory are not served"))
        #expect(OwnershipComparison(shard: "us-1", directory: [ids[0]: one], shard: [ids[0]: one]).isEmpty)
    }
}
