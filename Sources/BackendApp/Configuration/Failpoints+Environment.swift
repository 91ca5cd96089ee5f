import HubWeb
import TenantCache
import Topology

extension Failpoints {
    /// Those that the environment names.
    ///
    /// - Throws: when the variable is not understood, so that no test passes for want of a fault.
    static func read(_ environment: [String: String]) throws(StartupFailure) -> Failpoints {
        do throws(Malformed) {
            return try Failpoints(environment[EnvironmentVariable.failpoints.rawValue])
        } catch {
            throw StartupFailure(error.description, status: .usage)
        }
    }
}
