/// How long each thing that a connection waits for may take, as the loop counts time; see ``ProxySettings``.
struct Patience {
    let head: Tick.Span
    let keepAlive: Tick.Span
    let stall: Tick.Span
    let response: Tick.Span
    let controlResponse: Tick.Span
    let upstreamIdle: Tick.Span
    let turn: Tick.Span
    let turnLength: Tick.Span
    let linger: Tick.Span

    init(_ settings: ProxySettings) {
        head = Tick.Span(settings.headTimeout)
        keepAlive = Tick.Span(settings.keepAliveTimeout)
        stall = Tick.Span(settings.stallTimeout)
        response = Tick.Span(settings.responseTimeout)
        controlResponse = Tick.Span(min(settings.responseTimeout, settings.controlTimeout))
        upstreamIdle = Tick.Span(settings.upstreamIdleTimeout)
        turn = Tick.Span(settings.turnPatience)
        turnLength = Tick.Span(settings.turnLength)
        linger = Tick.Span(settings.lingerTimeout)
    }
}
