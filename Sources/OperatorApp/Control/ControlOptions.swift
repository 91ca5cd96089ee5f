import ArgumentParser

/// The options of the commands that talk to hub-control.
struct ControlOptions: ParsableArguments, Sendable {
    @Option(
        help: ArgumentHelp(
            "The super admin's e-mail address (or the environment's HUB_EMAIL, or that of the last login).",
            valueName: "address"
        )
    )
    var email: String?
}
