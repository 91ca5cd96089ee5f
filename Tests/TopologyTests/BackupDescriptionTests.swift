import Testing
import Topology

@Suite("Backups in the topology")
struct BackupDescriptionTests {
    private static let places = "data: \"/pg/{name}\", stop: \"stop {name}\", start: start"

    private static func yaml(_ backups: String) -> String { Fixture.yaml + "\nbackups: { \(backups) }" }

    @Test("Without the section there are none; with the least, everything else has a default")
    func least() throws {
        #expect(try Fixture.topology().backups == nil)
        let backups = try #require(try Fixture.topology(Self.yaml("folder: /backups, \(Self.places)")).backups)
        #expect(backups.repository == .folder("/backups"))
        #expect(backups.isEncrypted)
        #expect((backups.fullsKept, backups.differentialsKept) == (2, 7))
        #expect((backups.compression, backups.processes, backups.maximumAgeHours) == (.zst, 2, 26))
        #expect(backups.socket == "/var/run/postgresql")
        #expect(backups.settings == "/etc/pgbackrest/pgbackrest.conf")
        #expect(BackupDescription.filled(backups.data, name: "us-1") == "/pg/us-1")
        #expect(BackupDescription.filled(backups.stop, name: "directory") == "stop directory")
    }

    @Test("A bucket takes the folder's place")
    func bucket() throws {
        let keys =
            "endpoint: \"minio:9000\", bucket: b, region: r, pathStyle: true, verifyTLS: false, authority: /ca.pem"
        let backups = try #require(try Fixture.topology(Self.yaml("s3: { \(keys) }, \(Self.places)")).backups)
        guard case .s3(let bucket) = backups.repository else {
            Issue.record("\(backups.repository)")
            return
        }
        #expect(
            (bucket.endpoint, bucket.name, bucket.region, bucket.path) == ("minio:9000", "b", "r", "/workspace-hub")
        )
        #expect(bucket.usesPathStyle && !bucket.verifiesTLS && bucket.authority == "/ca.pem")
    }

    @Test("The passphrase is a secret of the deployment where backups are encrypted")
    func passphrase() throws {
        let encrypted = try Fixture.topology(Self.yaml("folder: /backups, \(Self.places)"))
        let plain = try Fixture.topology(Self.yaml("folder: /backups, encrypted: false, \(Self.places)"))
        #expect(SecretName.all(for: encrypted).contains(.backupPassphrase))
        #expect(!SecretName.all(for: plain).contains(.backupPassphrase))
        #expect(try !SecretName.all(for: Fixture.topology()).contains(.backupPassphrase))
    }

    @Test(
        "What is wrong is told in one sentence",
        arguments: [
            ("\(places)", "backups: expected either folder or s3, found neither"),
            (
                "folder: /b, s3: { endpoint: e, bucket: b, region: r }, \(places)",
                "backups.s3: expected either folder or s3, found both"
            ),
            (
                "folder: /b, stop: x, start: y",
                "backups.data: expected the path of a data folder, in which {name} stands for the database, without quotes and backslashes, found nothing"
            ),
            (
                "folder: /b, encrypted: maybe, \(places)",
                "backups.encrypted: expected true or false, found 'maybe'"
            ),
            (
                "folder: /b, compression: rar, \(places)",
                "backups.compression: expected zst, lz4, gz or none, found 'rar'"
            ),
            (
                "folder: /b, full: 0, \(places)",
                "backups.full: expected a whole number from 1 to 1000, found '0'"
            ),
            (
                "s3: { endpoint: \"https://e\", bucket: b, region: r }, \(places)",
                "backups.s3.endpoint: expected host or host:port, without https://, found 'https://e'"
            ),
        ]
    )
    func wrong(backups: String, complaint: String) {
        #expect(Fixture.complaint(Self.yaml(backups)) == "hub.yaml:21: \(complaint)")
    }

    @Test("Two databases on one server cannot be restored apart")
    func sharedServer() throws {
        let yaml = try #require(
            Self.yaml("folder: /b, \(Self.places)").changing("[\"127.0.0.1:+11\"]", to: "[\"127.0.0.1:+10\"]")
        )
        #expect(
            Fixture.complaint(yaml)
                == "hub.yaml:21: backups: expected each database on a server of its own where there are backups, found the directory and shard us-1 at 127.0.0.1:8090"
        )
    }
}
