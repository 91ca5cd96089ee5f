import ArgumentParser
import ControlApp

@main
struct Main {
    static func main() async {
        await ControlCommand.main()
    }
}
