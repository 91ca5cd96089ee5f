import HubModel
import HubWire
import NIOCore
import Observability

extension ProxyContext {
    /// What was held for a tenant, if it is control that asks; nil for anything else, which learns nothing.
    func holdsAnswer(to head: RequestHead, target: String) -> RouterAnswer? {
        guard head.method == .get, let question = HoldQuestion(target: target) else { return nil }
        do {
            try verifier.verify(
                head.reserved("hub-signature"),
                tenant: question.tenant,
                epoch: question.end,
                scope: .control,
                now: .now()
            )
            let report = holds.report(of: question.tenant, after: question.start, upTo: question.end)
            return RouterAnswer(status: 200, reason: "OK", json: try WireJSON.encode(report))
        } catch {
            return nil
        }
    }
}

extension RequestHead {
    /// The value of a field that no backend is ever sent.
    fileprivate func reserved(_ name: StaticString) -> String? {
        let span = bytes.readableBytesSpan
        for field in fields where field.kind == .dropped && span.equals(field.name, ignoringCase: name) {
            return span.text(field.value)
        }
        return nil
    }
}
