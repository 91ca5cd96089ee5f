package import HubModel

/// What routers held for a switch of a tenant, as each of them says; what one cannot say is not known.
package struct HeldRequests: Hashable, Sendable {
    package struct Count: Hashable, Sendable {
        package var held: Int64
        /// Answered later than a person should wait, or sent away.
        package var late: Int64
        package var longest: Duration

        package init(held: Int64, late: Int64, longest: Duration) {
            self.held = held
            self.late = late
            self.longest = longest
        }
    }

    /// By router, in the order of their names; nil for one that was out of reach, was started since, or has forgotten.
    package let routers: [(name: ProcessName, count: Count?)]

    package init(_ routers: [(name: ProcessName, count: Count?)] = []) {
        self.routers = routers.sorted { $0.name.rawValue < $1.name.rawValue }
    }

    /// The sum over the routers that know; nil when none does.
    package var known: Count? {
        routers.compactMap(\.count).reduce(nil) { sum, count in
            guard let sum else { return count }
            return Count(
                held: sum.held + count.held,
                late: sum.late + count.late,
                longest: max(sum.longest, count.longest)
            )
        }
    }

    package var silentRouters: [ProcessName] { routers.filter { $0.count == nil }.map(\.name) }

    package static func == (left: HeldRequests, right: HeldRequests) -> Bool {
        left.routers.elementsEqual(right.routers) { $0.name == $1.name && $0.count == $1.count }
    }

    package func hash(into hasher: inout Hasher) {
        for (name, count) in routers {
            hasher.combine(name)
            hasher.combine(count)
        }
    }
}
