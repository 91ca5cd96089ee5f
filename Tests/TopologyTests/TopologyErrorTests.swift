import Testing
import Topology

/// Each way to be wrong is told in one sentence: file, line, key, what was expected, what was found.
@Suite("A wrong topology file")
struct TopologyErrorTests {
    @Test(
        "A missing key is named, with what it should hold",
        arguments: [
            (
                "baseDomain: hub.localhost\n",
                "baseDomain: expected a lower-case domain name of at most 200 bytes such as hub.example.com, found nothing"
            ),
            ("stateDirectory: .hub/state\n", "stateDirectory: expected the path of a folder, found nothing"),
            (
                "  database: hub_directory\n",
                "5: directory.database: expected a database name of 1–63 lower-case letters, digits and underscores, found nothing"
            ),
            ("    shard: us-1\n", "17: backends.backend-us-1.shard: expected one of the shards us-1, found nothing"),
            (
                "  control: { listen: \"127.0.0.1:+1\", admin: \"127.0.0.1:+21\" }\n",
                "14: controls: expected a mapping of at least one name to listen, advertise and admin, found nothing"
            ),
            (
                ", redis: \"127.0.0.1:+14\"",
                "9: regions.us.redis: expected an endpoint such as 127.0.0.1:5432, found nothing"
            ),
        ]
    )
    func missingKey(removed: String, complaint: String) throws {
        let yaml = try #require(Fixture.yaml.changing(removed, to: ""))
        let separator = complaint.first?.isNumber == true ? ":" : ": "
        #expect(Fixture.complaint(yaml) == "hub.yaml\(separator)\(complaint)")
    }

    @Test(
        "An unknown key is named, and the one that was probably meant",
        arguments: [
            (
                "    shard: us-1", "    shrad: us-1",
                "18: backends.backend-us-1.shrad: expected one of the keys shard, listen, advertise or admin, found 'shrad'; did you mean 'shard'?"
            ),
            (
                "baseDomain:", "basedomain:",
                "1: basedomain: expected one of the keys baseDomain, publicURL, portBase, stateDirectory, directory, regions, shards, routers, controls, backends, limits or backups, found 'basedomain'; did you mean 'baseDomain'?"
            ),
            (
                "  database: hub_directory", "  password: secret",
                "7: directory.password: expected one of the keys endpoints or database, found 'password'"
            ),
        ]
    )
    func unknownKey(old: String, new: String, complaint: String) throws {
        let yaml = try #require(Fixture.yaml.changing(old, to: new))
        #expect(Fixture.complaint(yaml) == "hub.yaml:\(complaint)")
    }

    @Test(
        "A value of the wrong kind is named, with what it should be",
        arguments: [
            (
                "portBase: 8080", "portBase: eighty",
                "3: portBase: expected a whole number from 1 to 65000, found 'eighty'"
            ),
            (
                "portBase: 8080", "portBase: [8080]",
                "3: portBase: expected a whole number from 1 to 65000, found a list"
            ),
            (
                "portBase: 8080", "portBase: 65001",
                "3: portBase: expected a whole number from 1 to 65000, found '65001'"
            ),
            (
                "[\"127.0.0.1:+10\"]", "{ a: b }",
                "6: directory.endpoints: expected an endpoint such as 127.0.0.1:5432, found a mapping"
            ),
            (
                "[\"127.0.0.1:+10\"]", "[\"127.0.0.1:+10\", []]",
                "6: directory.endpoints[1]: expected an endpoint such as 127.0.0.1:5432, found a list"
            ),
            (
                "[\"127.0.0.1:+10\"]", "[]",
                "6: directory.endpoints: expected at least one item, each an endpoint such as 127.0.0.1:5432, found an empty list"
            ),
            (
                "[\"127.0.0.1:+10\"]", "~",
                "6: directory.endpoints: expected an endpoint such as 127.0.0.1:5432, found nothing"
            ),
            (
                ", redis: \"127.0.0.1:+14\"",
                ", redis: \"127.0.0.1:+14\", audit: { endpoints: [x], database: hub_audit }",
                "9: regions.us.audit.endpoints[0]: expected an endpoint such as 127.0.0.1:5432, found 'x'"
            ),
            (
                ", redis: \"127.0.0.1:+14\"", ", redis: \"127.0.0.1:+14\", audit: { endpoints: \"127.0.0.1:+17\" }",
                "9: regions.us.audit.database: expected a database name of 1–63 lower-case letters, digits and underscores, found nothing"
            ),
            (
                ", redis: \"127.0.0.1:+14\"",
                ", redis: \"127.0.0.1:+14\", audit: { endpoints: \"127.0.0.1:+10\", database: hub_directory }",
                " regions.us.audit: expected a database of its own, found that of the directory"
            ),
            (
                "  us: { name: United States, redis: \"127.0.0.1:+14\" }", "  us: here",
                "9: regions.us: expected a mapping with name, redis and audit, found 'here'"
            ),
            (
                "hub.localhost", "Hub.Localhost",
                "1: baseDomain: expected a lower-case domain name of at most 200 bytes such as hub.example.com, found 'Hub.Localhost'"
            ),
            (
                "hub.localhost", "127.0.0.1",
                "1: baseDomain: expected a lower-case domain name of at most 200 bytes such as hub.example.com, found '127.0.0.1'"
            ),
            (
                "http://{host}:8080", "http://hub.localhost:8080",
                "2: publicURL: expected a URL of the form http://{host}:8080 or https://{host}, found 'http://hub.localhost:8080'"
            ),
            (
                "database: hub_shard", "database: hub-shard",
                "11: shards.us-1.database: expected a database name of 1–63 lower-case letters, digits and underscores, found 'hub-shard'"
            ),
            (
                "database: hub_shard", "database: hub_shard, weight: -1",
                "11: shards.us-1.weight: expected a whole number from 0 to 1000, found '-1'"
            ),
            (
                "database: hub_shard", "database: hub_shard, state: shut",
                "11: shards.us-1.state: expected open, draining or closed, found 'shut'"
            ),
            (
                "127.0.0.1:+22", "127.0.0.1",
                "20: backends.backend-us-1.admin: expected an endpoint such as 127.0.0.1:5432, found '127.0.0.1'"
            ),
            (
                "127.0.0.1:+22", "127.0.0.1:+60000",
                "20: backends.backend-us-1.admin: expected an endpoint such as 127.0.0.1:5432, found '127.0.0.1:+60000'"
            ),
            (
                "  backend-us-1:", "  Backend_1:",
                "17: backends.Backend_1: expected 1–40 lower-case letters, digits and inner hyphens, a letter first, as the name, found 'Backend_1'"
            ),
        ]
    )
    func wrongValue(old: String, new: String, complaint: String) throws {
        let yaml = try #require(Fixture.yaml.changing(old, to: new))
        #expect(Fixture.complaint(yaml) == "hub.yaml:\(complaint)")
    }

    @Test(
        "Parts that contradict each other are named",
        arguments: [
            (
                "    shard: us-1", "    shard: us-2",
                "18: backends.backend-us-1.shard: expected one of the shards us-1, found 'us-2'"
            ),
            (
                "region: us,", "region: eu,",
                "11: shards.us-1.region: expected one of the regions us, found 'eu'"
            ),
            (
                "regions:\n", "regions:\n  eu: { name: Europe, redis: \"127.0.0.1:+15\" }\n",
                "9: regions.eu: expected at least one of the shards to be in the region, found none"
            ),
            (
                "shards:\n", "shards:\n  us-2: { region: us, endpoints: [\"127.0.0.1:+12\"], database: hub_shard }\n",
                "11: shards.us-2: expected at least one of the backends to serve the shard, found none"
            ),
            (
                "shards:\n", "shards:\n  us-2: { region: eu, endpoints: [\"127.0.0.1:+12\"], database: hub_shard }\n",
                "11: shards.us-2.region: expected one of the regions us, found 'eu'"
            ),
            (
                "127.0.0.1:+2\"", "127.0.0.1:+1\"",
                "19: backends.backend-us-1.listen: expected an endpoint of its own, found 127.0.0.1:8081, which controls.control.listen has"
            ),
            (
                "127.0.0.1:+2\"", "127.0.0.1:+11\"",
                "19: backends.backend-us-1.listen: expected an endpoint of its own, found 127.0.0.1:8091, which shards.us-1 has"
            ),
            (
                "127.0.0.1:+22", "127.0.0.1:+21",
                "20: backends.backend-us-1.admin: expected an endpoint of its own, found 127.0.0.1:8101, which controls.control.admin has"
            ),
            (
                "127.0.0.1:+22", "127.0.0.1:+2",
                "20: backends.backend-us-1.admin: expected another endpoint than 'listen', found 127.0.0.1:8082"
            ),
            (
                "127.0.0.1:+2\"", "0.0.0.0:+2\"",
                "19: backends.backend-us-1.listen: expected an endpoint that others can connect to, found 0.0.0.0:8082; name one as 'advertise'"
            ),
            (
                "[\"127.0.0.1:+11\"], database: hub_shard", "[\"127.0.0.1:+10\"], database: hub_directory",
                "11: shards.us-1.database: expected a database of its own, found hub_directory at 127.0.0.1:8090 as for the directory"
            ),
            (
                "[\"127.0.0.1:+11\"]", "[\"127.0.0.1:+11\", \"127.0.0.1:8091\"]",
                "11: shards.us-1.endpoints: expected different endpoints, found one twice"
            ),
        ]
    )
    func inconsistent(old: String, new: String, complaint: String) throws {
        let yaml = try #require(Fixture.yaml.changing(old, to: new))
        #expect(Fixture.complaint(yaml) == "hub.yaml:\(complaint)")
    }

    @Test("A port relative to portBase needs a portBase")
    func noPortBase() throws {
        let yaml = try #require(Fixture.yaml.changing("portBase: 8080\n", to: ""))
        #expect(
            Fixture.complaint(yaml)
                == "hub.yaml:5: directory.endpoints[0]: expected an endpoint such as 127.0.0.1:5432, found '127.0.0.1:+10'"
        )
    }

    @Test(
        "Limits are checked like the rest",
        arguments: [
            (
                "limits: { drainSeconds: 601 }",
                "21: limits.drainSeconds: expected a whole number from 0 to 600, found '601'"
            ),
            (
                "limits: { requestHeadBytes: 1000 }",
                "21: limits.requestHeadBytes: expected a whole number from 1024 to 1048576, found '1000'"
            ),
            (
                "limits: { requestFields: many }",
                "21: limits.requestFields: expected a whole number from 16 to 1024, found 'many'"
            ),
            (
                "limits: { controlBodyBytes: 1k }",
                "21: limits.controlBodyBytes: expected a whole number from 1024 to 1073741824, found '1k'"
            ),
            (
                "limits: { passwordBodyBytes: 0 }",
                "21: limits.passwordBodyBytes: expected a whole number from 1024 to 1073741824, found '0'"
            ),
            ("limits: { headSeconds: 0 }", "21: limits.headSeconds: expected a whole number from 1 to 600, found '0'"),
            (
                "limits: { stallSeconds: 1.5 }",
                "21: limits.stallSeconds: expected a whole number from 1 to 3600, found '1.5'"
            ),
            (
                "limits: { keepAliveSeconds: 75s }",
                "21: limits.keepAliveSeconds: expected a whole number from 1 to 3600, found '75s'"
            ),
            (
                "limits: { transferBytesPerSecond: -1 }",
                "21: limits.transferBytesPerSecond: expected a whole number from 0 to 1048576, found '-1'"
            ),
            (
                "limits: { clientConnections: 0 }",
                "21: limits.clientConnections: expected a whole number from 1 to 1000000, found '0'"
            ),
            (
                "limits: { clientConnectionsPerAddress: [1] }",
                "21: limits.clientConnectionsPerAddress: expected a whole number from 1 to 1000000, found a list"
            ),
            (
                "limits: { unreadBytes: 65536 }",
                "21: limits.unreadBytes: expected a whole number from 1048576 to 68719476736, found '65536'"
            ),
            (
                "limits: { tenantRoutedPerMinute: 0 }",
                "21: limits.tenantRoutedPerMinute: expected a whole number from 1 to 60000000, found '0'"
            ),
            (
                "limits: { newTenant: { maxUser: 1 } }",
                "21: limits.newTenant.maxUser: expected one of the keys maxUsers or maxProjects, found 'maxUser'; did you mean 'maxUsers'?"
            ),
            (
                "limits: { newTenant: 5 }",
                "21: limits.newTenant: expected a mapping with maxUsers and maxProjects, found '5'"
            ),
        ]
    )
    func limits(line: String, complaint: String) {
        #expect(Fixture.complaint(Fixture.yaml + "\n" + line) == "hub.yaml:\(complaint)")
    }

    @Test("A variable that is not set is named")
    func unsetVariable() throws {
        let yaml = try #require(Fixture.yaml.changing("portBase: 8080", to: "portBase: ${HUB_PORT}"))
        #expect(
            Fixture.complaint(yaml)
                == "hub.yaml:3: portBase: expected a whole number from 1 to 65000, found ${HUB_PORT}, and the environment has no HUB_PORT"
        )
        #expect(
            Fixture.complaint(yaml, environment: ["HUB_PORT": "none"])
                == "hub.yaml:3: portBase: expected a whole number from 1 to 65000, found 'none' (from '${HUB_PORT}')"
        )
        #expect(Fixture.complaint(yaml, environment: ["HUB_PORT": "8080"]) == nil)
    }

    @Test(
        "A variable of the wrong form is told",
        arguments: ["${", "${}", "${A", "${1A:-x}", "${A-b}", "${A B}", "a${:-x}"]
    )
    func malformedVariable(text: String) throws {
        let yaml = try #require(Fixture.yaml.changing(".hub/state", to: "'\(text)'"))
        #expect(
            Fixture.complaint(yaml)
                == "hub.yaml:4: stateDirectory: expected the path of a folder, found '\(text)', where a variable is not of the form ${NAME} or ${NAME:-default}"
        )
    }

    @Test(
        "Malformed YAML is told with line and column",
        arguments: [
            ("portBase: 8080", "portBase: [8080", 4),
            ("portBase: 8080", "portBase: \"8080", 6),
            ("directory:\n", "directory:\n\tendpoints: x\n", 6),
        ]
    )
    func malformed(old: String, new: String, line: Int) throws {
        let yaml = try #require(Fixture.yaml.changing(old, to: new))
        let complaint = try #require(Fixture.complaint(yaml))
        #expect(complaint.hasPrefix("hub.yaml:\(line): expected well-formed YAML, found at column "))
        #expect(!complaint.contains("\n"))
    }

    @Test("A key that stands twice is told")
    func twice() {
        let complaint = Fixture.complaint(Fixture.yaml + "\nportBase: 9090")
        #expect(complaint?.hasSuffix("the same key twice: 'portBase'") == true)
    }

    @Test(
        "A file that is no mapping at all is told",
        arguments: [
            ("", "hub.yaml: expected a topology, found an empty file"),
            ("# only a comment\n", "hub.yaml: expected a topology, found an empty file"),
            (
                "hello",
                "hub.yaml: expected a mapping with baseDomain, publicURL, portBase, stateDirectory, directory, regions, shards, routers, controls, backends, limits and backups, found 'hello'"
            ),
        ]
    )
    func noMapping(yaml: String, complaint: String) {
        #expect(Fixture.complaint(yaml) == complaint)
    }
}
