extension ConformanceCase {
    /// `Host`, alone and against a target in absolute form.
    static let hosts: [ConformanceCase] =
        hostFields + badHosts + goodHosts + otherHosts + badTargets + absoluteTargets

    private static let hostFields: [ConformanceCase] = [
        refused("no Host", "GET / HTTP/1.1\r\n\r\n"),
        refused("no Host in HTTP/1.0", "GET / HTTP/1.0\r\n\r\n"),
        refused("two Hosts", "GET / HTTP/1.1\r\nHost: acme.hub.test\r\nHost: globex.hub.test\r\n\r\n"),
        refused("the same Host twice", "GET / HTTP/1.1\r\nHost: acme.hub.test\r\nhost: acme.hub.test\r\n\r\n"),
        refused("an empty second Host", "GET / HTTP/1.1\r\nHost: acme.hub.test\r\nHost:\r\n\r\n"),
        refused("an empty first Host", "GET / HTTP/1.1\r\nHost:\r\nHost: acme.hub.test\r\n\r\n"),
        refused("a Host before a blank", "GET / HTTP/1.1\r\nHost : acme.hub.test\r\n\r\n"),
        refused(
            "a second Host before a blank",
            "GET / HTTP/1.1\r\nHost: acme.hub.test\r\nHost : globex.hub.test\r\n\r\n"
        ),
        refused(
            "a second Host that is folded",
            "GET / HTTP/1.1\r\nHost: acme.hub.test\r\n Host: globex.hub.test\r\n\r\n"
        ),
        passed(
            "the Host of another field",
            fields: "X-Forwarded-Host: globex.hub.test\r\nX-Host: globex.hub.test\r\nForwarded: host=globex.hub.test"
        ),
        passed(
            "fields that only a router writes",
            fields:
                "Hub-Tenant: x\r\nhub_tenant: x\r\nHub-Signature: x\r\nX-Forwarded-For: 1.1.1.1\r\nX-Real-IP: 1.1.1.1"
        ),
    ]

    private static let badHosts = each(
        [
            "", " ", "\t", "acme.hub.test@globex.hub.test", "user:word@acme.hub.test", "@acme.hub.test",
            "acme.hub.test/",
            "acme.hub.test/x", "acme.hub.test?x", "acme.hub.test#x", "acme.hub.test\\x", "acme.hub.test x",
            "acme.hub.test, globex.hub.test", "acme.hub.test,globex.hub.test", "acme.hub.test;x", ":80",
            "acme.hub.test:80a", "acme.hub.test:a", "acme.hub.test:-1", "acme.hub.test:+80", "acme.hub.test:80:80",
            "acme.hub.test: 80", "acme.hub.test :80", "acme.hub.test:999999", "acme.hub.test:65536",
            "http://acme.hub.test", "[", "[]", "[::1", "::1", "[::1]x", "[::1]:80a", "[::g]", "[[::1]]", "[::1%eth0]",
            "acmé.hub.test", "acme%2ehub.test", "\"acme.hub.test\"", "<acme.hub.test>", "acme.hub.test\u{0}",
            "acme.hub.test\u{B}",
        ]
    ) { refused("the Host '\($0.debugDescription)'", "GET / HTTP/1.1\r\nHost: \($0)\r\n\r\n") }

    private static let goodHosts = each(
        [
            "ACME.hub.TEST", "acme.hub.test:80", "acme.hub.test:65535", "acme.hub.test:", "\t acme.hub.test \t",
        ]
    ) { host in
        passed(
            "the Host '\(host.debugDescription)'",
            "GET / HTTP/1.1\r\nHost:\(host)\r\n\r\n",
            .forwarded("GET /", host: host.filter { $0 != "\t" && $0 != " " })
        )
    }

    private static let otherHosts = each(
        [
            "nobody.hub.test", "evil.test", "acme.hub.test.", "acme..hub.test", ".hub.test", "a.acme.hub.test",
            "acme.hub.test.evil.test", "acmehub.test", "acme_.hub.test", "-.hub.test", "[::1]", "[::1]:80", "[::1]:",
            "127.0.0.1",
            "127.0.0.1:8080", "localhost", "1", "com",
        ]
    ) { passed("the Host '\($0)'", "GET / HTTP/1.1\r\nHost: \($0)\r\n\r\n", .answered(404)) }

    private static let targets: [(target: String, host: String)] = [
        ("http://globex.hub.test/", "acme.hub.test"), ("http://acme.hub.test:80/", "acme.hub.test"),
        ("http://acme.hub.test/", "acme.hub.test:80"), ("http://a@acme.hub.test/", "acme.hub.test"),
        ("http://acme.hub.test@globex.hub.test/", "globex.hub.test"), ("http://a@acme.hub.test/", "a@acme.hub.test"),
        ("ftp://acme.hub.test/", "acme.hub.test"), ("http:/acme.hub.test/", "acme.hub.test"),
        ("http:///", "acme.hub.test"), ("http://", "acme.hub.test"), ("http:acme.hub.test/", "acme.hub.test"),
        ("http://acme.hub.test", "acme.hub.test"), ("http://acme.hub.test?a=/", "acme.hub.test"),
        ("http://acme.hub.test\\/", "acme.hub.test"), ("http://acme.hub.test./", "acme.hub.test"),
        ("acme.hub.test:80", "acme.hub.test"), ("//", ""), ("http://[::1/", "[::1"),
    ]

    private static let badTargets: [ConformanceCase] = targets.map { target, host in
        refused("the target '\(target)' with the Host '\(host)'", "GET \(target) HTTP/1.1\r\nHost: \(host)\r\n\r\n")
    }

    private static let absoluteTargets: [ConformanceCase] = [
        refused("an absolute target without a Host", "GET http://acme.hub.test/ HTTP/1.1\r\n\r\n"),
        refused(
            "an absolute target with two Hosts",
            "GET http://acme.hub.test/ HTTP/1.1\r\nHost: acme.hub.test\r\nHost: acme.hub.test\r\n\r\n"
        ),
        passed(
            "an absolute target",
            "GET http://acme.hub.test/a?b HTTP/1.1\r\nHost: acme.hub.test\r\n\r\n",
            .forwarded("GET /a?b")
        ),
        passed(
            "an absolute target in other letters",
            "GET HTTPS://ACME.hub.test:8080/a HTTP/1.1\r\nHost: acme.HUB.test:8080\r\n\r\n",
            .forwarded("GET /a", host: "acme.HUB.test:8080")
        ),
    ]
}
