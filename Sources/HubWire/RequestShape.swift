import FoundationEssentials
import Synchronization

/// What the body of a request may hold, as the request's own type reads it: the published description cannot differ.
package struct RequestShape: Sendable {
    package struct Member: Hashable, Sendable {
        package let name: String
        package let shape: ValueShape
        package let isRequired: Bool
        package let isNullable: Bool
    }

    package let members: [Member]

    /// - Parameter type: a request of this room, which reads every member before it judges any.
    package init(of type: any Decodable.Type) {
        let recorder = Recorder()
        let decoder = JSONDecoder()
        decoder.userInfo[Recorder.key] = recorder
        // Whether an empty object is enough is not asked here.
        _ = try? decoder.decode(type, from: Data("{}".utf8))
        members = recorder.members
    }
}

extension RequestShape {
    /// Takes down which members a ``FieldReader`` asks for.
    final class Recorder: Sendable {
        static let key: CodingUserInfoKey = {
            guard let key = CodingUserInfoKey(rawValue: "hub.request-shape") else { preconditionFailure("a fixed key") }
            return key
        }()

        private let list = Mutex<[Member]>([])

        var members: [Member] { list.withLock { $0 } }

        func add(_ name: String, _ shape: ValueShape, isRequired: Bool = false, isNullable: Bool = false) {
            list.withLock {
                $0.append(Member(name: name, shape: shape, isRequired: isRequired, isNullable: isNullable))
            }
        }
    }
}
