import FoundationEssentials

/// The secrets of a deployment, from environment variables or, failing that, from the files of one folder.
package struct Secrets: Sendable {
    private let environment: [String: String]
    private let directory: String?

    /// - Parameters:
    ///   - environment: may hold `HUB_SECRET_<NAME>` for each secret.
    ///   - directory: the folder of the files named after the secrets; nil for none.
    package init(environment: [String: String], directory: String?) {
        self.environment = environment
        self.directory = directory
    }

    /// Takes the folder from the variable `HUB_SECRETS_DIR` of that environment.
    package init(environment: [String: String]) {
        self.init(environment: environment, directory: environment[EnvironmentVariable.secretsDirectory.rawValue])
    }

    /// The secret, without the line break that its file may end with.
    package func secret(_ name: SecretName) throws(SecretError) -> Secret {
        if let text = environment[name.environmentVariable] {
            return try checked(text, name, "the environment variable \(name.environmentVariable)")
        }
        let folder = EnvironmentVariable.secretsDirectory.rawValue
        guard let directory else {
            let place =
                "the environment variable \(name.environmentVariable), or a file of the folder that \(folder) names"
            throw SecretError(code: .missing, name: name, place: place)
        }
        let path = "\(directory)/\(name.text)"
        do {
            let data = try Data(contentsOf: URL(filePath: path))
            return try checked(String(decoding: data, as: UTF8.self), name, "the file \(path)")
        } catch let error as SecretError {
            throw error
        } catch let error as CocoaError where error.code == .fileReadNoSuchFile {
            let place = "the environment variable \(name.environmentVariable) or the file \(path)"
            throw SecretError(code: .missing, name: name, place: place)
        } catch {
            throw SecretError(code: .unreadable, name: name, place: "the file \(path)")
        }
    }

    // MARK: - Private

    private func checked(_ text: String, _ name: SecretName, _ place: String) throws(SecretError) -> Secret {
        let value = text.hasSuffix("\r\n") || text.hasSuffix("\n") ? String(text.dropLast()) : text
        guard !value.isEmpty else { throw SecretError(code: .empty, name: name, place: place) }
        return Secret(value)
    }
}
