import Testing
import Topology

@Suite("The documentation of the topology")
struct DocumentationTests {
    @Test("Every limit can be set below its documented key, to both ends of its range", arguments: Limits.all)
    func limits(limit: Limit) throws {
        for value in [limit.range.lowerBound, limit.range.upperBound] {
            let path = limit.key.split(separator: ".")
            let text = path.dropLast().map { "\($0): { " }.joined() + "\(path.last!): \(value)"
            let closing = String(repeating: " }", count: path.count - 1)
            let topology = try Fixture.topology(Fixture.yaml + "\nlimits: { \(text)\(closing) }")
            #expect(topology.limits[keyPath: limit.property] == value)
        }
        #expect(limit.range.contains(limit.defaultValue))
    }

    @Test("Every property of the limits has an entry of its own")
    func everyProperty() {
        #expect(Limits.all.count == Mirror(reflecting: Limits()).children.count)
        #expect(Set(Limits.all.map(\.key)).count == Limits.all.count)
        var changed = Limits()
        for limit in Limits.all { changed[keyPath: limit.property] += 1 }
        for limit in Limits.all { #expect(changed[keyPath: limit.property] == limit.defaultValue + 1) }
    }

    @Test("Every key that a complaint can list is documented, and no other")
    func everyKey() throws {
        let groups: [(path: String, yaml: String)] = [
            ("", "x: 1\n" + Fixture.yaml),
            ("directory", try #require(Fixture.yaml.changing("directory:\n", to: "directory:\n  x: 1\n"))),
            ("regions.<name>", try #require(Fixture.yaml.changing("us: { name", to: "us: { x: 1, name"))),
            ("shards.<name>", try #require(Fixture.yaml.changing("us-1: { region", to: "us-1: { x: 1, region"))),
            ("routers.<name>", try #require(Fixture.yaml.changing("router: {", to: "router: { x: 1,"))),
            (
                "routers.<name>.tls",
                try #require(Fixture.yaml.changing("router: {", to: "router: { tls: { x: 1 },"))
            ),
            ("controls.<name>", try #require(Fixture.yaml.changing("control: {", to: "control: { x: 1,"))),
            (
                "backends.<name>",
                try #require(Fixture.yaml.changing("    shard: us-1\n", to: "    x: 1\n    shard: us-1\n"))
            ),
            ("limits", Fixture.yaml + "\nlimits: { x: 1 }"),
            ("limits.newTenant", Fixture.yaml + "\nlimits: { newTenant: { x: 1 } }"),
            ("backups", Fixture.yaml + "\nbackups: { x: 1 }"),
            ("backups.s3", Fixture.yaml + "\nbackups: { s3: { x: 1 } }"),
        ]
        for (path, yaml) in groups {
            let complaint = try #require(Fixture.complaint(yaml))
            let list = try #require(
                complaint.split(separator: "one of the keys ").last?.split(separator: ", found").first
            )
            let accepted = list.split(separator: " or ").flatMap { $0.split(separator: ", ") }.map(String.init)
            let prefix = path.isEmpty ? "" : path + "."
            let documented = Topology.documentation.map(\.key).filter { $0.hasPrefix(prefix) }
                .map { String($0.dropFirst(prefix.count).prefix { $0 != "." }) }
            #expect(Set(accepted) == Set(documented), "\(path)")
        }
    }

    @Test("Exit statuses have different numbers and a meaning")
    func exitStatuses() {
        #expect(ExitStatus.allCases.map(\.rawValue) == Array(0...7))
        #expect(Set(ExitStatus.allCases.map(\.meaning)).count == ExitStatus.allCases.count)
    }
}
