package import HubModel

/// A ``TenantShareStateMachine`` with what the shell resumes when a request's turn has come.
package struct TenantLine<Waiter> {
    package typealias Limits = TenantShareStateMachine.Limits
    package typealias Admission = TenantShareStateMachine.Admission

    private var machine: TenantShareStateMachine
    private var waiters: [UInt64: Waiter] = [:]

    package init(limits: Limits) {
        machine = TenantShareStateMachine(limits: limits)
    }

    /// How many requests are inside, and how many wait.
    package var load: (inside: Int, waiting: Int) { machine.load }

    /// How many tenants are remembered.
    package var tenants: Int { machine.tenants }

    package mutating func enter(_ tenant: TenantID, isContended: Bool = false) -> Admission {
        machine.enter(tenant, isContended: isContended)
    }

    /// Enters, or waits in line; nil when the waiter is kept until its turn comes.
    package mutating func enqueue(
        _ waiter: Waiter,
        id: UInt64,
        of tenant: TenantID,
        isContended: Bool = false
    ) -> Admission? {
        let admission = machine.enqueue(id, of: tenant, isContended: isContended)
        if admission == nil { waiters[id] = waiter }
        return admission
    }

    /// Ends a request's turn; returns whose turn it is now.
    package mutating func leave(_ tenant: TenantID, isContended: Bool = false) -> [Waiter] {
        machine.leave(tenant, isContended: isContended).compactMap { waiters.removeValue(forKey: $0) }
    }

    /// Takes a waiter out of the line; nil when its turn has come already.
    package mutating func giveUp(_ id: UInt64, of tenant: TenantID) -> Waiter? {
        machine.giveUp(id, of: tenant) ? waiters.removeValue(forKey: id) : nil
    }
}

extension TenantLine: Sendable where Waiter: Sendable {}
