import MoveSimulation

/// The arguments of the command.
struct Options {
    enum Mode {
        case sweep
        case replay
        case flaws
        case explore
    }

    struct Mistake: Error, CustomStringConvertible {
        let description: String
    }

    private(set) var mode = Mode.sweep
    private(set) var seed: UInt64 = 1
    private(set) var steps = 5_000_000
    private(set) var seeds = 2000
    private(set) var flaw: PlantedFlaw?

    init(_ arguments: some Sequence<String>) throws(Mistake) {
        var rest = Array(arguments)[...]
        func number(_ name: String) throws(Mistake) -> UInt64 {
            guard let value = rest.popFirst().flatMap({ UInt64($0) }), value < 1 << 62 else {
                throw Mistake(description: "\(name) wants a number")
            }
            return value
        }
        while let argument = rest.popFirst() {
            switch argument {
            case "--seed": seed = try number(argument)
            case "--steps": steps = Int(try number(argument))
            case "--seeds": seeds = Int(try number(argument))
            case "--replay": (mode, seed) = (.replay, try number(argument))
            case "--flaws": mode = .flaws
            case "--explore": mode = .explore
            case "--flaw":
                let name = rest.popFirst()
                flaw = (PlantedFlaw.harmful + PlantedFlaw.harmless).first { $0.name == name }
                if flaw == nil { throw Mistake(description: "--flaw wants a name that --flaws prints") }
            default:
                throw Mistake(
                    description:
                        "unknown argument '\(argument)'; there are: --seed, --steps, --replay, --flaw, --flaws, "
                        + "--seeds, --explore"
                )
            }
        }
    }
}
