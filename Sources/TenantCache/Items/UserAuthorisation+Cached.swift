import HubModel
import ShardStore

extension UserAuthorisation: CachedItem {
    init(_ decoder: inout CacheDecoder) throws(CacheDecoder.Malformed) {
        let id = try decoder.decode(UserID.self)
        guard let email = EmailAddress(try decoder.decode(String.self)) else { throw CacheDecoder.Malformed() }
        let fullName = try decoder.decode(String.self)
        guard let role = UserRole(rawValue: try decoder.decode(String.self)) else { throw CacheDecoder.Malformed() }
        let user = UserProfile(
            id: id,
            email: email,
            fullName: fullName,
            role: role,
            createdAt: try decoder.decode(Timestamp.self),
            updatedAt: try decoder.decode(Timestamp.self)
        )
        let hasAllSessions = try decoder.decode(Bool.self)
        var sessions: [UserAuthorisation.Session] = []
        while !decoder.isAtEnd {
            sessions.append(
                UserAuthorisation.Session(
                    id: try decoder.decode(SessionID.self),
                    expiresAt: try decoder.decode(Timestamp.self),
                    impersonator: try decoder.decodeOptional { decoder throws(CacheDecoder.Malformed) in
                        let id = try decoder.decode(UserID.self)
                        guard let email = EmailAddress(try decoder.decode(String.self)) else {
                            throw CacheDecoder.Malformed()
                        }
                        return OperatorReference(id: id, email: email)
                    }
                )
            )
        }
        self.init(user: user, sessions: sessions, hasAllSessions: hasAllSessions)
    }

    func write(to encoder: inout CacheEncoder) {
        encoder.encode(user.id)
        encoder.encode(user.email.rawValue)
        encoder.encode(user.fullName)
        encoder.encode(user.role.rawValue)
        encoder.encode(user.createdAt)
        encoder.encode(user.updatedAt)
        encoder.encode(hasAllSessions)
        for session in sessions {
            encoder.encode(session.id)
            encoder.encode(session.expiresAt)
            encoder.encode(session.impersonator) { encoder, impersonator in
                encoder.encode(impersonator.id)
                encoder.encode(impersonator.email.rawValue)
            }
        }
    }
}
