// swift-tools-version: 6.2
import PackageDescription

/// Settings of every target: Swift 6 mode comes with the tools version; imports are explicit and internal, warnings fail.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

/// Settings of the targets that call C: every unsafe construct is marked in the source.
let bridging: [SwiftSetting] = settings + [.strictMemorySafety()]

extension Target.Dependency {
    static let argumentParser = product(name: "ArgumentParser", package: "swift-argument-parser")
    static let asyncHTTPClient = product(name: "AsyncHTTPClient", package: "async-http-client")
    static let collections = product(name: "DequeModule", package: "swift-collections")
    static let crypto = product(name: "Crypto", package: "swift-crypto")
    static let httpTypes = product(name: "HTTPTypes", package: "swift-http-types")
    static let hummingbird = product(name: "Hummingbird", package: "hummingbird")
    static let jwtKit = product(name: "JWTKit", package: "jwt-kit")
    static let logging = product(name: "Logging", package: "swift-log")
    static let metrics = product(name: "Metrics", package: "swift-metrics")
    static let metricsCore = product(name: "CoreMetrics", package: "swift-metrics")
    static let mustache = product(name: "Mustache", package: "swift-mustache")
    static let nioCore = product(name: "NIOCore", package: "swift-nio")
    static let nioFoundation = product(name: "NIOFoundationCompat", package: "swift-nio")
    static let nioHPACK = product(name: "NIOHPACK", package: "swift-nio-http2")
    static let nioHTTP1 = product(name: "NIOHTTP1", package: "swift-nio")
    static let nioHTTP2 = product(name: "NIOHTTP2", package: "swift-nio-http2")
    static let nioPosix = product(name: "NIOPosix", package: "swift-nio")
    static let nioSSL = product(name: "NIOSSL", package: "swift-nio-ssl")
    static let nioTLS = product(name: "NIOTLS", package: "swift-nio")
    static let serviceLifecycle = product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
    static let unixSignals = product(name: "UnixSignals", package: "swift-service-lifecycle")
    static let yams = product(name: "Yams", package: "Yams")
}

let package = Package(
    name: "workspace-hub",
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    ],
    targets: [
        // C libraries
        .systemLibrary(name: "CPostgres", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CHiredis", providers: [.apt(["libhiredis-dev"])]),
        .systemLibrary(name: "CCrypt", providers: [.apt(["libcrypt-dev"])]),
        .systemLibrary(name: "CEpoll"),
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),

        // Drivers: they know nothing of the hub
        .target(name: "Reactor", dependencies: ["CEpoll", .collections], swiftSettings: bridging),
        .target(
            name: "Postgres",
            dependencies: ["CPostgres", "Reactor", .collections, .logging],
            swiftSettings: bridging
        ),
        .target(
            name: "Redis",
            dependencies: ["CHiredis", "Reactor", .collections, .logging],
            swiftSettings: bridging
        ),

        // Compression of answers
        .target(name: "Compression", dependencies: ["CZlib"], swiftSettings: bridging),

        // Pure core: no I/O, no clock of its own
        .target(name: "HubModel", swiftSettings: settings),
        .target(name: "Placement", dependencies: ["HubModel", .collections], swiftSettings: settings),
        .target(name: "Caching", dependencies: ["HubModel"], swiftSettings: settings),
        .target(name: "Moving", dependencies: ["HubModel"], swiftSettings: settings),
        .target(name: "Throttling", dependencies: ["HubModel", .collections], swiftSettings: settings),

        // Configuration and credentials
        .target(name: "Topology", dependencies: ["HubModel", .yams], swiftSettings: settings),
        .target(name: "Credentials", dependencies: ["CCrypt", "HubModel", .crypto, .jwtKit], swiftSettings: bridging),

        // Stores: the only rooms with SQL
        .target(name: "HubColumns", dependencies: ["HubModel", "Postgres"], swiftSettings: settings),
        .target(name: "Migrations", dependencies: ["Postgres", .crypto, .logging], swiftSettings: settings),
        .target(
            name: "Directory",
            dependencies: [
                "HubColumns", "HubModel", "Migrations", "Moving", "Placement", "Postgres", "Reactor", "Throttling",
                "Topology", .crypto, .logging, .metrics, .serviceLifecycle,
            ],
            swiftSettings: settings
        ),
        .target(
            name: "ShardStore",
            dependencies: [
                "Caching", "HubColumns", "HubModel", "Migrations", "Placement", "Postgres", "Throttling", .logging,
            ],
            swiftSettings: settings
        ),
        .target(
            name: "AuditStore",
            dependencies: ["HubColumns", "HubModel", "Migrations", "Postgres", "ShardStore", .crypto],
            swiftSettings: settings
        ),
        .target(
            name: "MoveEngine",
            dependencies: [
                "Caching", "HubColumns", "HubModel", "Migrations", "Postgres", "Reactor", "ShardStore", .logging,
            ],
            swiftSettings: settings
        ),

        // Wire
        .target(name: "HubWire", dependencies: ["HubModel", .crypto], swiftSettings: settings),
        .target(name: "OpenAPI", dependencies: ["HubModel", "HubWire"], swiftSettings: settings),
        .target(
            name: "Observability",
            dependencies: [
                "HubModel", .logging, .metrics, .metricsCore, .nioCore, .nioHTTP1, .nioPosix, .serviceLifecycle,
            ],
            swiftSettings: settings
        ),
        .target(
            name: "HubWeb",
            dependencies: [
                "Compression", "Credentials", "HubModel", "HubWire", "Migrations", "Observability", "Postgres",
                "Throttling",
                "Topology", .argumentParser, .crypto, .httpTypes, .hummingbird, .logging, .metrics, .nioCore, .nioHTTP1,
                .serviceLifecycle, .unixSignals,
            ],
            swiftSettings: settings
        ),

        // TLS and HTTP/2 for the router: it knows nothing of proxying
        .target(
            name: "RouterTLS",
            dependencies: [.nioCore, .nioHPACK, .nioHTTP1, .nioHTTP2, .nioPosix, .nioSSL, .nioTLS],
            swiftSettings: settings
        ),

        // The cache's shell: the state machines of Caching, run on Redis
        .target(
            name: "TenantCache",
            dependencies: [
                "Caching", "HubModel", "Redis", "ShardStore", .crypto, .logging, .metrics, .serviceLifecycle,
            ],
            swiftSettings: settings
        ),

        // Applications
        .target(
            name: "WebPages",
            dependencies: ["HubModel", "HubWire", .crypto, .mustache],
            resources: [.embedInCode("Assets"), .embedInCode("Templates")],
            swiftSettings: settings
        ),
        .target(
            name: "RouterApp",
            dependencies: [
                "Directory", "HubModel", "HubWire", "Observability", "Placement", "Postgres", "Reactor", "RouterTLS",
                "Throttling", "Topology", .argumentParser, .collections, .crypto, .logging, .metrics, .nioCore,
                .nioPosix,
                .serviceLifecycle,
                .unixSignals,
            ],
            swiftSettings: settings
        ),
        .target(
            name: "BackendApp",
            dependencies: [
                "AuditStore", "Credentials", "Directory", "HubModel", "HubWeb", "HubWire", "Migrations",
                "Observability", "OpenAPI",
                "Caching", "Placement", "Postgres", "Reactor", "Redis", "ShardStore", "TenantCache", "Throttling",
                "Topology",
                "WebPages", .argumentParser, .crypto, .httpTypes, .hummingbird, .logging, .serviceLifecycle,
            ],
            swiftSettings: settings
        ),
        .target(
            name: "ControlApp",
            dependencies: [
                "AuditStore", "Caching", "Credentials", "Directory", "HubModel", "HubWeb", "HubWire", "Migrations",
                "MoveEngine",
                "Moving",
                "Observability", "OpenAPI", "Postgres", "Reactor", "ShardStore", "Throttling", "Topology", "WebPages",
                .argumentParser, .asyncHTTPClient,
                .httpTypes,
                .hummingbird,
                .logging, .nioCore, .nioHTTP1, .nioPosix, .serviceLifecycle,
            ],
            swiftSettings: settings
        ),
        .target(
            name: "OperatorApp",
            dependencies: [
                "AuditStore", "CLinux", "Compression", "Credentials", "Directory", "HubColumns", "HubModel", "HubWire",
                "Migrations", "MoveEngine", "Postgres", "Reactor", "Redis", "ShardStore", "Topology", .argumentParser,
                .asyncHTTPClient, .crypto, .logging, .nioCore, .nioHTTP1, .nioPosix, .nioSSL, .unixSignals,
            ],
            swiftSettings: settings
        ),

        // Executables
        .executableTarget(name: "hub-router", dependencies: ["RouterApp", .argumentParser], swiftSettings: settings),
        .executableTarget(name: "hub-backend", dependencies: ["BackendApp", .argumentParser], swiftSettings: settings),
        .executableTarget(name: "hub-control", dependencies: ["ControlApp", .argumentParser], swiftSettings: settings),
        .executableTarget(name: "hubctl", dependencies: ["OperatorApp", .argumentParser], swiftSettings: settings),

        // Tests
        .target(
            name: "HubTesting",
            dependencies: ["CLinux", "Postgres", "Reactor", .logging, .nioCore, .nioPosix],
            swiftSettings: settings
        ),
        .target(
            name: "WebClients",
            dependencies: ["HubWire", .asyncHTTPClient, .nioCore, .nioHTTP1],
            path: "Tests/WebClients",
            swiftSettings: settings
        ),
        .target(
            name: "MoveLoad",
            dependencies: ["HubColumns", "HubModel", "HubTesting", "HubWire", "Postgres", "WebClients"],
            path: "Tests/MoveLoad",
            swiftSettings: settings
        ),
        .target(
            name: "AppFixtures",
            dependencies: [
                "BackendApp", "ControlApp", "Credentials", "Directory", "HubModel", "HubTesting", "HubWeb", "HubWire",
                "Migrations", "Observability", "OpenAPI", "Postgres", "Reactor", "Redis", "ShardStore", "Topology",
                "WebClients",
                .asyncHTTPClient, .logging, .nioCore, .nioHTTP1,
            ],
            path: "Tests/AppFixtures",
            swiftSettings: settings
        ),
        tests("Reactor", ["Reactor", "HubTesting"]),
        tests("Postgres", ["Postgres", "Reactor", "HubTesting", .logging]),
        tests("Redis", ["Redis", "Reactor", "HubTesting", .logging]),
        tests("Compression", ["Compression"]),
        tests("HubModel", ["HubModel"]),
        tests("Placement", ["HubModel", "Placement"]),
        .target(
            name: "CacheSimulation",
            dependencies: ["Caching", "HubModel"],
            path: "Tests/CacheSimulation",
            swiftSettings: settings
        ),
        tests("Caching", ["CacheSimulation", "Caching", "HubModel"]),
        .target(
            name: "MoveSimulation",
            dependencies: ["HubModel", "Moving"],
            path: "Tests/MoveSimulation",
            swiftSettings: settings
        ),
        tests("Moving", ["HubModel", "MoveSimulation", "Moving"]),
        tests("Throttling", ["HubModel", "Throttling"]),
        tests("Topology", ["HubModel", "Topology"]),
        tests("Credentials", ["Credentials", "HubModel", .crypto]),
        tests("Migrations", ["HubTesting", "Migrations", "Postgres"]),
        tests(
            "Directory",
            [
                "Directory", "HubColumns", "HubModel", "HubTesting", "Migrations", "Moving", "Placement", "Postgres",
                "Reactor", .logging,
            ]
        ),
        tests(
            "ShardStore",
            [
                "Caching", "HubColumns", "HubModel", "HubTesting", "Migrations", "Postgres", "Reactor", "ShardStore",
                .logging,
            ],
            exclude: ["Resources"]
        ),
        tests(
            "AuditStore",
            ["AuditStore", "HubColumns", "HubModel", "HubTesting", "Migrations", "Postgres", "ShardStore"]
        ),
        tests(
            "MoveEngine",
            [
                "Caching", "HubModel", "HubTesting", "Migrations", "MoveEngine", "Postgres", "Reactor", "ShardStore",
                .logging,
            ]
        ),
        tests(
            "TenantCache",
            ["Caching", "HubModel", "HubTesting", "Reactor", "Redis", "ShardStore", "TenantCache", .logging]
        ),
        tests("HubWire", ["HubModel", "HubWire"]),
        tests("OpenAPI", ["AppFixtures", "HubModel", "HubWeb", "HubWire", "OpenAPI", .httpTypes]),
        tests(
            "Observability",
            [
                "HubModel", "Observability", .logging, .metrics, .metricsCore, .nioCore, .nioPosix, .serviceLifecycle,
            ]
        ),
        tests("HubWeb", ["HubModel", "HubWeb", "HubWire", .httpTypes, .hummingbird]),
        .target(
            name: "RouterFixtures",
            dependencies: [
                "HubModel", "HubTesting", "HubWire", "Observability", "Placement", "RouterApp", "RouterTLS", "Topology",
                .logging, .nioCore, .nioHPACK, .nioHTTP2, .nioPosix, .nioSSL, .serviceLifecycle,
            ],
            path: "Tests/RouterFixtures",
            swiftSettings: settings
        ),
        tests(
            "RouterTLS",
            ["HubTesting", "RouterFixtures", "RouterTLS", .nioCore, .nioHPACK, .nioHTTP1, .nioHTTP2, .nioSSL]
        ),
        tests(
            "RouterApp",
            [
                "HubModel", "HubTesting", "HubWire", "Observability", "Placement", "Reactor", "RouterApp",
                "RouterFixtures", "RouterTLS", "Throttling", "Topology", .asyncHTTPClient, .nioHTTP1, .nioSSL,
                .crypto, .logging, .nioCore, .nioPosix, .serviceLifecycle,
            ]
        ),
        tests(
            "BackendApp",
            [
                "AppFixtures", "AuditStore", "BackendApp", "Credentials", "Directory", "HubColumns", "HubModel",
                "HubTesting", "HubWeb", "HubWire", "Migrations", "Observability", "OpenAPI", "Postgres", "Reactor",
                "Redis", "ShardStore", "Throttling", "Topology", "WebPages", .crypto, .logging,
            ]
        ),
        tests(
            "ControlApp",
            [
                "AppFixtures", "ControlApp", "Credentials", "Directory", "HubModel", "HubTesting", "HubWeb", "HubWire",
                "Observability", "OpenAPI", "Throttling", "Topology",
            ]
        ),
        tests("WebPages", ["HubModel", "HubWire", "WebPages"]),
        tests(
            "OperatorApp",
            [
                "AppFixtures", "Credentials", "Directory", "HubModel", "HubTesting", "HubWire", "Migrations",
                "Observability",
                "OperatorApp", "Postgres", "Reactor", "ShardStore", "Topology", .argumentParser, .asyncHTTPClient,
                .crypto, .httpTypes, .hummingbird, .logging,
                .nioCore, .nioHTTP1,
            ]
        ),
        tests(
            "CacheSystem",
            [
                "AppFixtures", "Credentials", "HubModel", "HubTesting", "HubWire", "Observability", "Reactor", "Redis",
                .logging,
            ]
        ),
        tests(
            "MoveSystem",
            ["AppFixtures", "HubColumns", "HubModel", "HubTesting", "HubWire", "MoveLoad", "Observability", "Postgres"]
        ),
        tests(
            "Deployment",
            ["AppFixtures", "HubTesting", "HubWire", .asyncHTTPClient, .nioCore, .nioFoundation, .nioHTTP1]
        ),

        // Benchmarks
        .target(name: "BenchmarkReport", path: "Tests/Benchmarks/BenchmarkReport", swiftSettings: settings),
        .executableTarget(
            name: "bench-postgres",
            dependencies: ["BenchmarkReport", "HubTesting", "Postgres", "Reactor", .logging],
            path: "Tests/Benchmarks/PostgresBenchmark",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "bench-cache-sim",
            dependencies: ["BenchmarkReport", "CacheSimulation"],
            path: "Tests/Benchmarks/CacheSimulation",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "bench-move-sim",
            dependencies: ["BenchmarkReport", "MoveSimulation", "Moving"],
            path: "Tests/Benchmarks/MoveSimulation",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "bench-api",
            dependencies: [
                "BenchmarkReport", "Credentials", "HubModel", "HubTesting", "HubWire", .asyncHTTPClient, .nioCore,
                .nioHTTP1,
            ],
            path: "Tests/Benchmarks/ApiBenchmark",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "bench-grow",
            dependencies: [
                "AuditStore", "BenchmarkReport", "Directory", "HubModel", "HubTesting", "HubWire", "MoveLoad",
                "Postgres",
                "WebClients",
            ],
            path: "Tests/Benchmarks/GrowBenchmark",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "bench-router-fuzz",
            dependencies: ["BenchmarkReport", "HubTesting", "RouterFixtures"],
            path: "Tests/Benchmarks/RouterFuzz",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "bench-directory",
            dependencies: [
                "BenchmarkReport", "Directory", "HubModel", "HubTesting", "Migrations", "Placement", "Postgres",
                "Reactor", .logging,
            ],
            path: "Tests/Benchmarks/DirectoryBenchmark",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "bench-router",
            dependencies: ["BenchmarkReport", "Directory", "HubModel", "HubTesting", "Placement"],
            path: "Tests/Benchmarks/RouterBenchmark",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "bench-move",
            dependencies: [
                "BenchmarkReport", "Credentials", "HubModel", "HubTesting", "HubWire", "Migrations", "MoveEngine",
                "MoveLoad",
                "Postgres", "Reactor", "ShardStore", "WebClients", .logging,
            ],
            path: "Tests/Benchmarks/MoveBenchmark",
            swiftSettings: settings
        ),
    ]
)

/// The tests of one room, in `Tests/<Room>Tests`.
func tests(_ room: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: room + "Tests", dependencies: dependencies, exclude: exclude, swiftSettings: settings)
}
