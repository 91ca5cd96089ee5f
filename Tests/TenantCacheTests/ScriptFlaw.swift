import Redis
import Testing

@testable import TenantCache

/// A mistake that one of the scripts could have, as a change of its text.
struct ScriptFlaw: CustomTestStringConvertible, Sendable {
    let testDescription: String
    private let script: any WritableKeyPath<CacheScripts, RedisScript> & Sendable
    private let changes: [(from: String, to: String)]

    private init(
        _ name: String,
        _ script: any WritableKeyPath<CacheScripts, RedisScript> & Sendable,
        _ changes: (from: String, to: String)...
    ) {
        testDescription = name
        self.script = script
        self.changes = changes
    }

    func planted(in scripts: CacheScripts) throws -> CacheScripts {
        var source = scripts[keyPath: script].source
        for (from, to) in changes {
            let parts = source.split(separator: from, omittingEmptySubsequences: false)
            guard parts.count > 1 else { throw NoSuchText(text: from) }
            source = parts.joined(separator: to)
        }
        var flawed = scripts
        flawed[keyPath: script] = RedisScript(source)
        return flawed
    }

    static let all = [
        ScriptFlaw("fill: sentinel ignored", \.fill, ("return -1", "")),
        ScriptFlaw("fence: sentinel ignored", \.fence, ("return -1", "")),
        ScriptFlaw("unfence: sentinel ignored", \.unfence, ("return -1", "")),
        ScriptFlaw("read: a lease lives for ever", \.read, (", 'PX', ARGV[4]", "")),
        ScriptFlaw("read: another's lease is taken for one's own", \.read, ("'L' or 'O'", "'L' or 'L'")),
        ScriptFlaw("read: one's own lease is taken for another's", \.read, ("'L' or 'O'", "'O' or 'O'")),
        ScriptFlaw("read: a fence comes into doubt too late", \.read, (">= doubt", "> doubt")),
        ScriptFlaw("read: a fence comes into doubt too early", \.read, (">= doubt", ">= doubt - 1")),
        ScriptFlaw(
            "read: all writers are in doubt with the first",
            \.read,
            (">= doubt then", ">= doubt or #doubtful > 0 then")
        ),
        ScriptFlaw("fill: without a lease", \.fill, ("redis.pcall('GET', KEYS[index]) == 'L' .. ARGV[2]", "true")),
        ScriptFlaw(
            "fill: on any lease",
            \.fill,
            (
                "redis.pcall('GET', KEYS[index]) == 'L' .. ARGV[2]",
                "string.sub(redis.pcall('GET', KEYS[index]) or '', 1, 1) == 'L'"
            )
        ),
        ScriptFlaw(
            "fill: where nothing is",
            \.fill,
            ("redis.pcall('GET', KEYS[index]) ==", "(redis.pcall('GET', KEYS[index]) or 'L' .. ARGV[2]) ==")
        ),
        ScriptFlaw("fill: a value lives for ever", \.fill, (", 'PX', ARGV[2 * index - 1]", "")),
        ScriptFlaw("fill: another's value", \.fill, ("ARGV[2 * index],", "ARGV[4],")),
        ScriptFlaw("fence: other writers are lost", \.fence, ("if writer.id ~= ARGV[3] then", "if false then")),
        ScriptFlaw("fence: a writer stands there twice", \.fence, ("if writer.id ~= ARGV[3] then", "if true then")),
        ScriptFlaw(
            "fence: writers are told apart as numbers",
            \.fence,
            ("writer.id ~= ARGV[3]", "tonumber(writer.id) ~= tonumber(ARGV[3])")
        ),
        ScriptFlaw("fence: it expires", \.fence, ("fenceOf(others))", "fenceOf(others), 'PX', 60000)")),
        ScriptFlaw(
            "fence: it lives as long as what it covers",
            \.fence,
            ("fenceOf(others))", "fenceOf(others), 'KEEPTTL')")
        ),
        ScriptFlaw("fence: not over what is there", \.fence, ("fenceOf(others))", "fenceOf(others), 'NX')")),
        ScriptFlaw("fence: time goes through a number", \.fence, ("since = now", "since = tostring(tonumber(now))")),
        ScriptFlaw("unfence: all writers go", \.unfence, ("#others > 0", "false")),
        ScriptFlaw("unfence: an empty fence stays", \.unfence, ("#others > 0", "true")),
        ScriptFlaw("unfence: values and leases stay", \.unfence, ("redis.call('DEL', KEYS[index])", "local _ = 0")),
        ScriptFlaw(
            "unfence: one writer at a time",
            \.unfence,
            ("for index = 2, #ARGV do", "for index = 2, math.min(2, #ARGV) do")
        ),
        ScriptFlaw(
            "unfence: writers are told apart as numbers",
            \.unfence,
            ("ended[ARGV[index]] = true", "ended[tonumber(ARGV[index]) or 0] = true"),
            ("ended[writer.id]", "ended[tonumber(writer.id)]")
        ),
    ]

    private struct NoSuchText: Error {
        let text: String
    }
}
