/// A Lua script that the server runs as one atomic command.
///
/// It is asked for by the SHA-1 of its source, so that the source itself travels only to a server that does not know
/// it.
package struct RedisScript: Sendable, Hashable {
    /// The Lua source.
    package let source: String

    /// The SHA-1 of the source in lowercase hexadecimal, the name by which `EVALSHA` finds it.
    package let sha1: String

    /// A script with this Lua source; keep it in a `static let`, so that the digest is computed once.
    package init(_ source: String) {
        self.source = source
        self.sha1 = SHA1.hexadecimal(source.utf8)
    }

    /// The command that runs the script if the server knows it.
    func evaluateBySHA1(keys: [RedisArgument], arguments: [RedisArgument]) -> [RedisArgument] {
        [RedisArgument("EVALSHA"), RedisArgument(sha1), RedisArgument(keys.count)] + keys + arguments
    }

    /// The command that runs the script and teaches it to the server.
    func evaluateBySource(keys: [RedisArgument], arguments: [RedisArgument]) -> [RedisArgument] {
        [RedisArgument("EVAL"), RedisArgument(source), RedisArgument(keys.count)] + keys + arguments
    }
}
