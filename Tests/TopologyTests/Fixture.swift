import Topology

/// A small topology that is right, to be made wrong in one place at a time.
enum Fixture {
    static let yaml = """
        baseDomain: hub.localhost
        publicURL: "http://{host}:8080"
        portBase: 8080
        stateDirectory: .hub/state
        directory:
          endpoints: ["127.0.0.1:+10"]
          database: hub_directory
        regions:
          us: { name: United States, redis: "127.0.0.1:+14" }
        shards:
          us-1: { region: us, endpoints: ["127.0.0.1:+11"], database: hub_shard }
        routers:
          router: { listen: "127.0.0.1:+0", admin: "127.0.0.1:+20" }
        controls:
          control: { listen: "127.0.0.1:+1", admin: "127.0.0.1:+21" }
        backends:
          backend-us-1:
            shard: us-1
            listen: "127.0.0.1:+2"
            admin: "127.0.0.1:+22"
        """

    static func topology(
        _ yaml: String = yaml,
        environment: [String: String] = [:]
    ) throws(TopologyError) -> Topology {
        try Topology(yaml: yaml, file: "hub.yaml", environment: environment)
    }

    /// What is said about the text; nil when nothing is wrong with it.
    static func complaint(_ yaml: String, environment: [String: String] = [:]) -> String? {
        do throws(TopologyError) {
            _ = try topology(yaml, environment: environment)
            return nil
        } catch {
            return error.description
        }
    }
}

extension String {
    /// The text with the one place where `old` stands changed; nothing when it stands in no place or in several.
    func changing(_ old: String, to new: String) -> String? {
        let parts = split(separator: old, omittingEmptySubsequences: false)
        return parts.count == 2 ? parts.joined(separator: new) : nil
    }
}
