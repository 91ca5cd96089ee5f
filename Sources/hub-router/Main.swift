import ArgumentParser
import RouterApp

@main
struct Main {
    static func main() async {
        await RouterCommand.main()
    }
}
