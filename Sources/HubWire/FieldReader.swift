import HubModel

/// Reads the members of a JSON object one by one and remembers everything that is wrong with them.
///
/// A request type reads all its members, then throws ``failure`` unless the reader ``isValid``; so a person learns of every
/// mistake at once, and a request that exists is a valid one.
struct FieldReader {
    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    private let container: KeyedDecodingContainer<Name>
    private let recorder: RequestShape.Recorder?
    private var known: [String] = []
    private var errors: [FieldError] = []

    /// - Throws: ``InvalidRequest`` when the value is not an object.
    init(_ decoder: any Decoder) throws {
        recorder = decoder.userInfo[RequestShape.Recorder.key] as? RequestShape.Recorder
        do {
            container = try decoder.container(keyedBy: Name.self)
        } catch let error as DecodingError {
            throw InvalidRequest(error)
        }
    }

    /// The member's value; nil, with the reason remembered, when it is absent, null or wrong.
    mutating func required<Raw, Value>(_ field: String, _ rule: FieldRule<Raw, Value>) -> Value? {
        recorder?.add(field, rule.shape, isRequired: true)
        let before = errors.count
        let value = read(field, rule)
        if value == nil, errors.count == before { errors.append(FieldError(field: field, message: "is required")) }
        return value
    }

    /// The member's value; nil when it is absent or null, and, with the reason remembered, when it is wrong.
    mutating func optional<Raw, Value>(_ field: String, _ rule: FieldRule<Raw, Value>) -> Value? {
        recorder?.add(field, rule.shape, isNullable: true)
        return read(field, rule)
    }

    /// What an update wants of a member that may be empty: null clears it, and an absent one is kept.
    mutating func change<Raw, Value>(_ field: String, _ rule: FieldRule<Raw, Value>) -> FieldChange<Value> {
        if let value = optional(field, rule) { return .set(value) }
        let name = Name(stringValue: field)
        return container.contains(name) && (try? container.decodeNil(forKey: name)) == true ? .clear : .keep
    }

    /// The new value of a member that is never empty: an absent one is kept, and null is an error.
    mutating func replacement<Raw, Value>(_ field: String, _ rule: FieldRule<Raw, Value>) -> Value? {
        recorder?.add(field, rule.shape)
        let name = Name(stringValue: field)
        if container.contains(name), (try? container.decodeNil(forKey: name)) == true {
            known.append(field)
            errors.append(FieldError(field: field, message: "must not be null"))
            return nil
        }
        return read(field, rule)
    }

    /// Everything wrong with the object so far, unknown members included.
    ///
    /// An unknown member is an error, not noise: a misspelt optional one would silently do nothing.
    var failure: InvalidRequest {
        let expected = known.joinedAsAlternatives()
        let unknown = unknownMembers.prefix(FieldReader.mostUnknownReported).map { name in
            FieldError(field: String(name.prefix(100)), message: "is unknown; expected \(expected)")
        }
        return InvalidRequest(errors: errors + unknown)
    }

    var isValid: Bool { errors.isEmpty && unknownMembers.isEmpty }

    // MARK: - Private

    private mutating func read<Raw, Value>(_ field: String, _ rule: FieldRule<Raw, Value>) -> Value? {
        known.append(field)
        do {
            guard let raw = try container.decodeIfPresent(Raw.self, forKey: Name(stringValue: field)) else {
                return nil
            }
            return try rule.check(raw)
        } catch let violation as FieldRule<Raw, Value>.Violation {
            errors.append(FieldError(field: field, message: violation.message))
        } catch {
            errors.append(FieldError(field: field, message: "must be \(JSONKind.expected(for: Raw.self))"))
        }
        return nil
    }

    /// A body may hold thousands of members; an answer need not repeat them.
    private static let mostUnknownReported = 10

    private var unknownMembers: [String] {
        Set(container.allKeys.map(\.stringValue)).subtracting(known).sorted()
    }
}
