import HubTesting
import Logging
import Reactor

// What a move costs. Parts: copy [TASKS [STREAMS]].

let arguments = Array(CommandLine.arguments.dropFirst())
switch arguments.first ?? "copy" {
case "copy":
    let reactors = try ReactorGroup(count: 2, name: "bench")
    let logger = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
    let tasks = arguments.dropFirst().first.flatMap { Int($0) } ?? 500_000
    let streams = arguments.dropFirst(2).first.flatMap { Int($0) } ?? 2
    try await CopyRates(tasks: tasks, streams: streams, rounds: 3, reactors: reactors, logger: logger).run()
    reactors.shutdown()
default:
    print("no part of this benchmark is called \(arguments[0]); there is: copy")
}
