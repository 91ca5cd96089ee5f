import HubModel
package import Logging

/// Writes each log message as one JSON object on one line.
///
/// The members are `ts`, `level`, `process`, `logger` and `msg`, then the metadata sorted by name, each value a string.
/// Metadata within metadata is flattened: `{"a": {"b": "c"}}` becomes `"a.b": "c"`. A name that collides with one of the
/// first five is prefixed with `metadata.`.
package struct JSONLogHandler: LogHandler {
    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?

    private let label: String
    private let process: String
    private let writer: LogWriter
    private let now: @Sendable () -> Timestamp

    init(
        label: String,
        process: String,
        level: Logger.Level,
        writer: LogWriter,
        now: @escaping @Sendable () -> Timestamp = { Timestamp.now() }
    ) {
        self.label = label
        self.process = process
        self.writer = writer
        self.now = now
        logLevel = level
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var line = JSONText()
        line.member(LogField.timestamp.rawValue, now().description)
        line.member(LogField.level.rawValue, event.level.rawValue)
        line.member(LogField.process.rawValue, process)
        line.member(LogField.logger.rawValue, label)
        line.member(LogField.message.rawValue, event.message.description)
        if let error = event.error { line.member(LogField.error.rawValue, String(describing: error)) }
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { _, provided in provided } }
        if let own = event.metadata { all.merge(own) { _, own in own } }
        if event.error != nil { all[LogField.error.rawValue] = nil }
        JSONLogHandler.append(all, prefix: "", to: &line)
        writer.write(line.closed() + [UInt8(ascii: "\n")])
    }

    // MARK: - Private

    private static let reserved = Set(
        [LogField.timestamp, .level, .process, .logger, .message].map(\.rawValue)
    )

    private static func append(_ metadata: Logger.Metadata, prefix: String, to line: inout JSONText) {
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            let name = prefix.isEmpty && reserved.contains(key) ? "metadata.\(key)" : prefix + key
            append(value, name: name, to: &line)
        }
    }

    private static func append(_ value: Logger.Metadata.Value, name: String, to line: inout JSONText) {
        switch value {
        case .string(let text): line.member(name, text)
        case .stringConvertible(let object): line.member(name, object.description)
        case .dictionary(let inner): append(inner, prefix: "\(name).", to: &line)
        case .array(let items):
            for (index, item) in items.enumerated() { append(item, name: "\(name).\(index)", to: &line) }
        }
    }
}
