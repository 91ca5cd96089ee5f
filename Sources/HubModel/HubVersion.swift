/// The version of the whole hub: all its processes are built and released together.
package enum HubVersion {
    package static let text = "0.1.0"
}
