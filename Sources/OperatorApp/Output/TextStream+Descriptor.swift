import Glibc

extension TextStream {
    /// The stream of an open file descriptor, its width and colours as the terminal and `NO_COLOR` say.
    static func descriptor(_ descriptor: Int32, environment: [String: String]) -> TextStream {
        let width = terminalWidth(of: descriptor, environment: environment)
        // https://no-color.org: any value but an empty one; a dumb terminal shows no colours either.
        let isColored = width != nil && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
        return TextStream(terminalWidth: width, isColored: isColored) { text in
            var text = text
            text.withUTF8 { bytes in
                var rest = UnsafeRawBufferPointer(bytes)
                while let base = rest.baseAddress, !rest.isEmpty {
                    let written = Glibc.write(descriptor, base, rest.count)
                    if written > 0 {
                        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(written))
                    } else if errno != EINTR {
                        // The reader has gone (`hubctl … | head`): nothing more can be said.
                        return
                    }
                }
            }
        }
    }

    // MARK: - Private

    private static func terminalWidth(of descriptor: Int32, environment: [String: String]) -> Int? {
        guard isatty(descriptor) == 1 else { return nil }
        var size = winsize()
        if ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
        return environment["COLUMNS"].flatMap { Int($0) } ?? 80
    }
}
