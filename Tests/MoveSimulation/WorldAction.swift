import Moving

/// One thing that happens in a ``World``.
enum WorldAction: Hashable {
    // What happens by itself.
    case apply(MoveGeneration, MoveDirection)
    case learn(router: Int)
    case begin(client: Int, key: Int)
    case proceed(client: Int)
    case take(mover: Int)
    case proceedMover(Int)
    case hear(mover: Int)
    case runGhost(Int)
    case restart(MoveSide)
    case restartDirectory
    case wake(mover: Int)
    case tidy(MoveSide)
    case liftFence(MoveSide)

    // What operators do.
    case wish(MoveWish)

    // What goes wrong.
    case fault(Fault)
}

/// What can go wrong in a deployment.
package enum Fault: Hashable, Sendable {
    case crashMover(Int)
    /// It stops, and goes on later, when another has its move.
    case pauseMover(Int)
    /// Another mover takes the move from one that lives.
    case adopt(by: Int)
    /// What a mover sent has happened, and it does not hear so.
    case loseReply(Int)
    /// What a mover sent happens later, and it hears nothing.
    case delay(Int)
    /// What a mover waits for takes too long.
    case timeOut(Int)
    case crashSource
    case crashTarget
    case crashDirectory
    /// Whoever waits in it is cut off, and it starts from an old file.
    case crashRouter(Int)
    /// The backend that a request is with.
    case crashBackend(client: Int)
}
