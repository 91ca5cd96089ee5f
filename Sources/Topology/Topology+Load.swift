import FoundationEssentials
import Yams

extension Topology {
    /// Reads and checks the topology file at the path.
    /// - Parameter environment: the variables that `${NAME}` in the file may refer to.
    package static func load(path: String, environment: [String: String]) throws(TopologyError) -> Topology {
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: path))
        } catch let error as CocoaError where error.code == .fileReadNoSuchFile {
            throw TopologyError(code: .missingFile, file: path, message: "expected a topology file, found no such file")
        } catch let error as CocoaError where error.code == .fileReadNoPermission {
            throw TopologyError(
                code: .unreadableFile,
                file: path,
                message: "expected a topology file, found one that this user may not read"
            )
        } catch {
            throw TopologyError(
                code: .unreadableFile,
                file: path,
                message: "expected a topology file, found something that cannot be read as a file"
            )
        }
        guard let yaml = String(validating: data, as: UTF8.self) else {
            throw TopologyError(code: .malformedYAML, file: path, message: "expected UTF-8 text, found other bytes")
        }
        return try Topology(yaml: yaml, file: path, environment: environment)
    }

    /// Checks the text of a topology file.
    /// - Parameter file: how messages call it.
    package init(yaml: String, file: String, environment: [String: String]) throws(TopologyError) {
        let root: Node?
        do {
            root = try Parser(yaml: yaml).singleRoot()
        } catch let error as YamlError {
            throw TopologyError(error, file: file)
        } catch {
            throw TopologyError(
                code: .malformedYAML,
                file: file,
                message: "expected YAML, found text that is not: \(error)"
            )
        }
        guard let root else {
            throw TopologyError(code: .malformedYAML, file: file, message: "expected a topology, found an empty file")
        }
        self = try TopologyReader(root, file: file, environment: environment).read()
    }
}

extension TopologyError {
    /// The same complaint as Yams's, as one sentence in our form.
    fileprivate init(_ error: YamlError, file: String) {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            // The context, such as "while parsing a block mapping", may carry a line break of its own.
            let situation = context.map { "\($0.text.trimmedLines) " } ?? ""
            self.init(malformed: "\(situation)\(problem)", at: mark, file: file)
        case .duplicatedKeysInMapping(let duplicates, let context):
            let keys = duplicates.map { "'\($0)'" }.joined(separator: ", ")
            self.init(malformed: "the same key twice: \(keys)", at: context.mark, file: file)
        case .reader(let problem, _, _, _):
            self.init(code: .malformedYAML, file: file, message: "expected YAML, found text that is not: \(problem)")
        default:
            self.init(code: .malformedYAML, file: file, message: "expected YAML, found text that cannot be parsed")
        }
    }

    private init(malformed problem: String, at mark: Mark, file: String) {
        let message = "expected well-formed YAML, found at column \(mark.column): \(problem)"
        self.init(code: .malformedYAML, file: file, line: mark.line, message: message)
    }
}

extension String {
    fileprivate var trimmedLines: String {
        split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
