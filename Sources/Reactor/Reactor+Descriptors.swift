extension Reactor {
    /// The registration of one descriptor number.
    struct Slot {
        var generation: UInt32 = 0
        var handler: ((Readiness) -> Void)?
    }

    /// Watches a descriptor and calls a handler each time it is ready (level-triggered) for what the interest names.
    ///
    /// The descriptor must be deregistered before it is closed. Only on the reactor's thread.
    ///
    /// - Throws: `shutDown`, or `system` if the kernel refuses the descriptor.
    package func register(
        _ descriptor: CInt,
        _ interest: Readiness,
        handler: @escaping (Readiness) -> Void
    ) throws(ReactorError) -> Registration {
        try checkRunning()
        let index = Int(descriptor)
        while slots.count <= index { slots.append(Slot()) }
        precondition(slots[index].handler == nil, "descriptor \(descriptor) is registered already")
        slots[index].generation &+= 1
        let registration = Registration(descriptor: descriptor, generation: slots[index].generation)
        try poller!.add(registration, interest)
        slots[index].handler = handler
        return registration
    }

    /// Replaces what a registered descriptor is watched for; an empty interest still reports a hangup.
    /// No effect on a registration that has ended. Only on the reactor's thread.
    package func update(_ registration: Registration, _ interest: Readiness) throws(ReactorError) {
        checkIsolated()
        guard isCurrent(registration) else { return }
        try poller!.modify(registration, interest)
    }

    /// Ends a registration: no event is delivered after this call. Only on the reactor's thread.
    package func deregister(_ registration: Registration) {
        checkIsolated()
        guard isCurrent(registration) else { return }
        slots[Int(registration.descriptor)].handler = nil
        poller!.remove(registration.descriptor)
    }

    /// Hands an event to its handler, unless the registration ended earlier in the same turn.
    func deliver(_ event: Poller.Event) {
        let slot = slots[Int(event.descriptor)]
        guard slot.generation == event.generation else { return }
        slot.handler?(event.readiness)
    }

    /// Ends every registration with a last event.
    func endRegistrations() {
        for index in slots.indices {
            guard let handler = slots[index].handler else { continue }
            slots[index].handler = nil
            poller!.remove(CInt(index))
            handler(.shutdown)
        }
    }

    // MARK: - Private

    private func isCurrent(_ registration: Registration) -> Bool {
        let index = Int(registration.descriptor)
        return slots.indices.contains(index) && slots[index].handler != nil
            && slots[index].generation == registration.generation
    }
}
