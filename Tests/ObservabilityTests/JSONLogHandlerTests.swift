import FoundationEssentials
import HubModel
import Logging
import Testing

@testable import Observability

@Suite("Log lines")
struct JSONLogHandlerTests {
    private struct Oops: Error, CustomStringConvertible {
        var description: String { "the disk is \"full\"" }
    }

    /// What a logger writes in the closure, line by line.
    private func lines(
        level: Logger.Level = .info,
        provider: Logger.MetadataProvider? = nil,
        _ body: (inout Logger) -> Void
    ) throws -> [String] {
        let pipe = try Pipe()
        let writer = LogWriter(descriptor: pipe.writer)
        defer { writer.stop() }
        var logger = Logger(label: "test") { label in
            var handler = JSONLogHandler(
                label: label,
                process: "router",
                level: level,
                writer: writer,
                now: { Timestamp("2025-12-22T14:30:00.123Z")! }
            )
            handler.metadataProvider = provider
            return handler
        }
        body(&logger)
        writer.flush(within: .seconds(10))
        let text = String(decoding: pipe.drain(), as: UTF8.self)
        #expect(text.isEmpty || text.hasSuffix("\n"))
        return text.split(separator: "\n").map(String.init)
    }

    private func members(_ body: (inout Logger) -> Void) throws -> [String: String] {
        let lines = try lines(body)
        let line = try #require(lines.count == 1 ? lines.first : nil)
        return try JSONDecoder().decode([String: String].self, from: Data(line.utf8))
    }

    @Test("A line is one JSON object with its members in a fixed order")
    func form() throws {
        let lines = try lines { logger in
            logger[field: .tenant] = "t1"
            logger.warning("backend is gone", metadata: .fields([.shard: "us-1", .requestID: "r1"]))
        }
        let expected = """
            {"ts":"2025-12-22T14:30:00.123Z","level":"warning","process":"router","logger":"test",\
            "msg":"backend is gone","request_id":"r1","shard":"us-1","tenant":"t1"}
            """
        #expect(lines == [expected])
    }

    @Test(
        "Whatever a value contains, the line stays one line and is read back",
        arguments: [
            "\"", "\\", "a\nb\rc\td", "\u{0}\u{1}\u{1F}\u{7F}", "{\"a\":1}", "ü 👩‍👧 \u{2028}", "</script>", "\\u0041",
        ]
    )
    func escaping(value: String) throws {
        let members = try members { $0.info("\(value)", metadata: ["key \(value)": "\(value)"]) }
        #expect(members["msg"] == value)
        #expect(members["key \(value)"] == value)
    }

    @Test("Metadata within metadata is flattened")
    func flattened() throws {
        let members = try members { logger in
            logger.info(
                "x",
                metadata: ["a": ["b": ["c": "1"], "d": .array(["2", ["e": "3"]])], "f": .stringConvertible(7)]
            )
        }
        #expect(members["a.b.c"] == "1" && members["a.d.0"] == "2" && members["a.d.1.e"] == "3" && members["f"] == "7")
    }

    @Test("Metadata cannot pass for the members that every line has")
    func reserved() throws {
        let members = try members { logger in
            logger.info(
                "true",
                metadata: ["msg": "false", "level": "false", "ts": "false", "process": "false", "logger": "f"]
            )
        }
        #expect(members["msg"] == "true" && members["level"] == "info" && members["process"] == "router")
        #expect(members["metadata.msg"] == "false" && members["metadata.ts"] == "false")
    }

    @Test("The nearest metadata wins: the call's over the provider's over the logger's")
    func precedence() throws {
        let provider = Logger.MetadataProvider { ["a": "provider", "b": "provider"] }
        let lines = try lines(provider: provider) { logger in
            logger[metadataKey: "a"] = "logger"
            logger[metadataKey: "c"] = "logger"
            logger.info("x", metadata: ["b": "call"])
        }
        #expect(lines.first?.hasSuffix(#""a":"provider","b":"call","c":"logger"}"#) == true)
    }

    @Test("An error is written in its own words, once")
    func error() throws {
        let members = try members { $0.error("cannot write", error: Oops(), metadata: ["error": "other"]) }
        #expect(members["error"] == "the disk is \"full\"")
    }

    @Test("Levels below the logger's are not written")
    func levels() throws {
        let lines = try lines(level: .warning) { logger in
            for level in Logger.Level.allCases { logger.log(level: level, "x") }
        }
        #expect(lines.count == 3)
    }

    @Test("A very long value is cut between two characters")
    func long() throws {
        let members = try members { $0.info("x", metadata: ["body": "a\(String(repeating: "é", count: 10_000))"]) }
        let body = try #require(members["body"])
        #expect(body.utf8.count <= JSONText.valueLimit + 3)
        #expect(body.hasPrefix("aéé") && body.hasSuffix("é…"))
    }

    @Test("The documented fields have different names and a meaning")
    func documentation() {
        #expect(Set(LogField.allCases.map(\.rawValue)).count == LogField.allCases.count)
        #expect(LogField.allCases.allSatisfy { !$0.meaning.isEmpty })
    }
}
