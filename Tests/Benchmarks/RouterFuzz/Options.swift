/// The arguments of the command.
struct Options {
    struct Mistake: Error, CustomStringConvertible {
        let description: String
    }

    private(set) var seed: UInt64 = 1
    private(set) var count = 20_000

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
            case "--count": count = Int(try number(argument))
            default: throw Mistake(description: "unknown argument '\(argument)'; there are: --seed, --count")
            }
        }
    }
}
