import OperatorApp

/// `hubctl`: everything is in the room OperatorApp.
@main
enum Main {
    static func main() async {
        await OperatorProcess.run()
    }
}
