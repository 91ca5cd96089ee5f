package import HTTPTypes
package import HubModel
package import HubWire

/// Reads an ``Arrival`` from a request's head: it checks the router's signature and believes nothing without it.
package struct ArrivalReader: Sendable {
    private let verifier: SignatureVerifier

    package init(verifier: SignatureVerifier) {
        self.verifier = verifier
    }

    /// - Parameters:
    ///   - peerAddress: the other end of the socket, the client's address of a request nobody vouches for.
    ///   - now: signatures older than this have expired.
    package func read(_ fields: HTTPFields, peerAddress: String?, now: Timestamp) -> Arrival {
        let passage = passage(of: fields, now: now)
        return Arrival(
            requestID: ArrivalReader.requestID(fields[.requestID], now: now),
            passage: passage,
            clientAddress: passage.isVouchedFor ? fields[.hubClientAddress] : peerAddress
        )
    }

    // MARK: - Private

    private func passage(of fields: HTTPFields, now: Timestamp) -> Passage {
        let signature = fields[.hubSignature]
        let tenant = fields[.hubTenant].flatMap(TenantID.init)
        let epoch = fields[.hubEpoch].flatMap(Epoch.init)
        do {
            guard let tenant, let epoch else {
                do {
                    try verifier.verify(signature, tenant: nil, epoch: nil, scope: .tenant, now: now)
                    return .apex
                } catch  where error.code == .mismatch {
                    try verifier.verify(signature, tenant: nil, epoch: nil, scope: .control, now: now)
                    return .inspection
                }
            }
            let routed = RoutedTenant(tenant: tenant, epoch: epoch)
            do {
                try verifier.verify(signature, tenant: tenant, epoch: epoch, scope: .tenant, now: now)
                return .tenant(routed)
            } catch  where error.code == .mismatch {
                try verifier.verify(signature, tenant: tenant, epoch: epoch, scope: .control, now: now)
                return .control(routed)
            }
        } catch {
            return .direct(error.code)
        }
    }

    /// The caller's id when it is one a log can carry safely, else a new one.
    private static func requestID(_ text: String?, now: Timestamp) -> String {
        if let text, (1...128).contains(text.utf8.count), text.utf8.allSatisfy(isPlain) { return text }
        return Identifier<Entity.Session>.make(at: now).description
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
