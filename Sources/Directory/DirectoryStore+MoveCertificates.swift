import HubColumns
package import HubModel
package import Moving
import Postgres

/// The chain of certificates: each completed move adds one.
extension DirectoryStore {
    /// Adds the certificate of a move that is complete but for it, in one transaction with the journal.
    ///
    /// - Throws: `.superseded`.
    package func certify(_ record: MoveRecord, then next: MoveRecord) async throws(DirectoryError) {
        try await change { transaction in
            try await transaction.requireMove(record)
            let answers = try await transaction.pipeline([
                DirectoryMove.query(where: "m.id = \(record.id)"),
                MoveSwitch.query(where: "s.moveId = \(record.id)"),
                "SELECT \(unescaped: KeptCertificate.columns) FROM move_certificates ORDER BY number DESC LIMIT 1",
                "SELECT clock_timestamp()",
            ])
            guard let move = try answers[0].map(DirectoryMove.init).first else {
                throw DirectoryError(.notFound(.move), "there is no such move")
            }
            let last = try answers[2].map(KeptCertificate.init).first
            let nobody = OperatorReference(id: UserID(record.id.uuid), email: DirectoryStore.nobody)
            let certificate = MoveCertificate(
                record: record,
                startedAt: move.createdAt,
                completedAt: try answers[3].value(Timestamp.self),
                startedBy: move.startedBy ?? nobody,
                completedBy: move.wishedBy ?? nobody,
                switches: try answers[1].map { row throws(PostgresError) in
                    MoveCertificate.Switch(try MoveSwitch(row))
                },
                previousHash: last?.hash
            )
            let text = certificate.canonicalText
            try await transaction.pipeline([
                """
                INSERT INTO move_certificates (number, moveId, text, hash)
                VALUES (\((last?.number ?? 0) + 1), \(record.id), \(text), \(KeptCertificate.hash(text)))
                """,
                "UPDATE moves SET \(fragment: next.assignments) WHERE id = \(record.id)",
            ])
        }
    }

    /// - Throws: `.notFound(.move)` for a move that has none.
    package func certificate(of move: MoveID) async throws(DirectoryError) -> KeptCertificate {
        let found = try await read(
            "SELECT \(unescaped: KeptCertificate.columns) FROM move_certificates WHERE moveId = \(move)"
        )[0].map(KeptCertificate.init)
        guard let certificate = found.first else {
            throw DirectoryError(.notFound(.move), "the move has no certificate: it gets one when it is completed")
        }
        return certificate
    }

    /// Looks at every certificate of the chain.
    ///
    /// - Returns: how many there are, and what is wrong with the first that is not right.
    package func verifyCertificates() async throws(DirectoryError) -> (count: Int, fault: String?) {
        var previous: KeptCertificate?
        var count = 0
        while true {
            let part = try await read(
                """
                SELECT \(unescaped: KeptCertificate.columns) FROM move_certificates
                WHERE number > \(previous?.number ?? 0) ORDER BY number LIMIT 1000
                """
            )[0].map(KeptCertificate.init)
            if part.isEmpty { return (count, nil) }
            for certificate in part {
                count += 1
                if let fault = certificate.fault(after: previous) { return (count, fault) }
                previous = certificate
            }
        }
    }

    // MARK: - Private

    // swift-format-ignore: NeverForceUnwrap
    private static let nobody = EmailAddress("nobody@hub.invalid")!
}

extension MoveCertificate.Switch {
    fileprivate init(_ made: MoveSwitch) {
        self.init(
            direction: made.direction,
            committedAt: made.committedAt,
            epochBefore: Epoch(rawValue: made.epoch.rawValue - 1),
            epochAfter: made.epoch,
            mark: made.mark,
            pause: made.pause ?? .zero,
            requests: made.requests,
            tables: made.tables
        )
    }
}
