extension BackupDescription {
    static let keys = [
        "folder", "s3", "encrypted", "full", "differential", "compression", "processes", "maximumAgeHours", "data",
        "socket", "stop", "start", "settings",
    ]

    /// Reads the section `backups`.
    init(_ section: TopologySection) throws(TopologyError) {
        let command = ScalarRule.text("a shell command, in which {name} stands for the database")
        self.init(
            repository: try BackupDescription.repository(section),
            isEncrypted: try section.optional("encrypted", .truth) ?? true,
            fullsKept: try section.optional("full", .whole(1...1000)) ?? 2,
            differentialsKept: try section.optional("differential", .whole(1...1000)) ?? 7,
            compression: try section.optional("compression", .anyCase) ?? .zst,
            processes: try section.optional("processes", .whole(1...64)) ?? 2,
            maximumAgeHours: try section.optional("maximumAgeHours", .whole(1...8760)) ?? 26,
            data: try section.required("data", .path("a data folder, in which {name} stands for the database")),
            socket: try section.optional("socket", .path("the folder of a Unix socket"))
                ?? "/var/run/postgresql",
            stop: try section.required("stop", command),
            start: try section.required("start", command),
            settings: try section.optional("settings", .path("the file of pgbackrest's settings"))
                ?? "/etc/pgbackrest/pgbackrest.conf"
        )
    }

    // MARK: - Private

    private static func repository(_ section: TopologySection) throws(TopologyError) -> BackupRepository {
        let folder = try section.optional("folder", .path("the folder of the repository"))
        let keys = ["endpoint", "bucket", "region", "path", "pathStyle", "verifyTLS", "authority"]
        let bucket = try section.section("s3", keys: keys)
        switch (folder, bucket) {
        case (let folder?, nil): return .folder(folder)
        case (nil, let bucket?):
            return .s3(
                BackupBucket(
                    endpoint: try bucket.required("endpoint", .serverName),
                    name: try bucket.required("bucket", .text("the name of a bucket")),
                    region: try bucket.required("region", .text("the region of the bucket")),
                    path: try bucket.optional("path", .path("a path within the bucket")) ?? "/workspace-hub",
                    usesPathStyle: try bucket.optional("pathStyle", .truth) ?? false,
                    verifiesTLS: try bucket.optional("verifyTLS", .truth) ?? true,
                    authority: try bucket.optional("authority", .path("a file of certificates"))
                )
            )
        case (nil, nil): throw section.error(.missingKey, nil, "expected either folder or s3, found neither")
        case (_?, _?): throw section.error(.inconsistent, "s3", "expected either folder or s3, found both")
        }
    }
}

extension ScalarRule where Value == Bool {
    static var truth: ScalarRule {
        ScalarRule(expectation: "true or false") { ["true": true, "false": false][$0] }
    }
}

extension ScalarRule where Value == String {
    /// A path that other programs' settings can name without quotes of their own.
    static func path(_ meaning: String) -> ScalarRule {
        ScalarRule(expectation: "the path of \(meaning), without quotes and backslashes") { text in
            let isPlain = text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0 != "'" && $0 != "\"" && $0 != "\\" }
            return !text.isEmpty && isPlain ? text : nil
        }
    }

    /// `host` or `host:port`, without a scheme.
    static var serverName: ScalarRule {
        ScalarRule(expectation: "host or host:port, without https://") { text in
            Endpoint(text.contains(":") ? text : "\(text):443") == nil ? nil : text
        }
    }
}
