import ArgumentParser
import BackendApp

@main
struct Main {
    static func main() async {
        await BackendCommand.main()
    }
}
