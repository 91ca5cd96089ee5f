/// What is wrong with a folder of certificates: one sentence that says what, where and what to do.
package struct CertificateError: Error, Equatable, CustomStringConvertible {
    package let description: String

    init(_ sentence: String) {
        description = sentence
    }
}
