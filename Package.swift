// swift-tools-version: 6.2
// Targets stand bottom-up: each may import only those above it (docs/ARCHITECTURE.md says why).
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .strictMemorySafety(),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

func module(_ name: String, _ dependencies: Target.Dependency...) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func program(_ name: String, _ dependencies: Target.Dependency...) -> Target {
    .executableTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: Target.Dependency..., data: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: data, swiftSettings: settings)
}

// The fuzzer is one program of the same sources as its tests; `make fuzz` builds it instead of them.
let fuzzing: [Target] =
    Context.environment["POSTERN_FUZZ"] == nil
    ? [
        .testTarget(
            name: "FuzzingTests",
            dependencies: [
                "Configuration", "KernelRules", "Keys", "Packets", "Roles", "SignedKnocks", "TestSupport",
            ], path: "Tests/Fuzzing", exclude: ["Fuzzer", "Findings", "Seeds"], swiftSettings: settings)
    ]
    : [
        .executableTarget(
            name: "fuzz",
            dependencies: ["Configuration", "KernelRules", "Keys", "Packets", "Roles", "SignedKnocks"],
            path: "Tests/Fuzzing", exclude: ["FuzzingTests.swift", "Findings", "Seeds"],
            swiftSettings: settings + [.unsafeFlags(["-parse-as-library"])])
    ]

let package = Package(
    name: "postern",
    products: [
        .executable(name: "knockd", targets: ["knockd"]),
        .executable(name: "knock", targets: ["knock"]),
        .executable(name: "knockctl", targets: ["knockctl"]),
    ],
    targets: [
        // C: module maps and shims that decide nothing.
        .target(
            name: "CLinux",
            cSettings: [
                .unsafeFlags(["-Wall", "-Wextra", "-Werror", "-fstack-protector-strong", "-fstack-clash-protection"]),
                // It looks at the sizes that the optimizer knows; without one glibc warns that it does nothing.
                .unsafeFlags(["-U_FORTIFY_SOURCE", "-D_FORTIFY_SOURCE=3"], .when(configuration: .release)),
            ]),
        .systemLibrary(name: "CPcap", pkgConfig: "libpcap", providers: [.apt(["libpcap-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CSeccomp", pkgConfig: "libseccomp", providers: [.apt(["libseccomp-dev"])]),

        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),

        module("Linux", "CLinux", "CPcap", "CSeccomp"),
        module("Packets", "Linux"),
        module("Knocks", "Linux", "Packets"),
        module("Keys", "COpenSSL", "Linux"),
        module("SignedKnocks", "COpenSSL", "Linux", "Packets", "Keys"),
        module("Doors", "Linux", "Packets", "Knocks", "Keys", "SignedKnocks"),
        module("KernelRules", "Linux", "Packets", "Knocks", "Doors"),
        module("Configuration", "Linux", "Packets", "Knocks", "Keys", "SignedKnocks", "Doors", "KernelRules"),
        module("Events", "Linux", "Packets", "Keys", "SignedKnocks"),
        module("Ledger", "CSQLite", "Linux", "Packets", "Keys", "SignedKnocks", "Doors"),
        module("Actions", "Linux"),
        module("DoorControl", "Linux", "Packets", "Knocks", "Keys", "SignedKnocks", "Doors", "Events"),
        module(
            "Roles", "Linux", "Packets", "Knocks", "Keys", "SignedKnocks", "Doors", "Configuration", "Events", "Ledger",
            "Actions", "DoorControl"),

        program("knockd", "Linux", "Roles"),
        program("knock", "Linux", "Packets", "Knocks", "Keys", "SignedKnocks", "Configuration"),
        program("knockctl", "Linux", "Keys", "Doors", "Configuration", "KernelRules", "Ledger"),

        // What the tests of several modules share.
        .target(name: "TestSupport", dependencies: ["Linux"], path: "Tests/TestSupport", swiftSettings: settings),
        tests("LinuxTests", "Linux", "CPcap", "TestSupport"),
        tests("PacketsTests", "Packets", "Linux", "TestSupport"),
        tests("KnocksTests", "Knocks", "Packets", "Linux", "CPcap", "TestSupport"),
        tests("KeysTests", "Keys", "Linux", "TestSupport"),
        tests("SignedKnocksTests", "SignedKnocks", "Keys", "Packets", "Linux", "CPcap", "TestSupport"),
        tests("DoorsTests", "Doors", "Knocks", "Keys", "SignedKnocks", "Linux", "Packets", "TestSupport"),
        tests(
            "ConfigurationTests", "Configuration", "Doors", "Keys", "Knocks", "Packets", "Linux", "TestSupport",
            data: ["Published"]),
        tests("KernelRulesTests", "KernelRules", "Configuration", "Doors", "Knocks", "Packets"),
        tests("EventsTests", "Events", "Keys", "Packets", "SignedKnocks"),
        tests(
            "LedgerTests", "Ledger", "CSQLite", "Doors", "Keys", "SignedKnocks", "Linux", "Packets", "TestSupport",
            data: ["Files"]),
        tests(
            "DoorControlTests", "DoorControl", "Doors", "Events", "Keys", "Knocks", "Linux", "Packets", "SignedKnocks"),
        tests("ActionsTests", "Actions", "Linux", "TestSupport"),
        tests(
            "RolesTests", "Roles", "Configuration", "Doors", "Events", "Keys", "Knocks", "Ledger", "Linux", "Packets",
            "SignedKnocks",
            "TestSupport"),
        tests("KnockctlTests", "knockctl", "Configuration", "KernelRules", "Keys", "Ledger", "Linux", "TestSupport"),
        tests("KnockTests", "knock", "Configuration", "Keys", "SignedKnocks", "Packets", "Linux", "TestSupport"),
        tests("VectorTests", "SignedKnocks", "Doors", "Keys", "Packets", "Linux", "TestSupport"),
        // Sends the end-to-end tests' raw frames; no product.
        .executableTarget(name: "inject", path: "Tests/Tools/inject", swiftSettings: settings),
        // A role in its jail that tries to get out of it; no product.
        .target(name: "CDeeds", path: "Tests/Tools/deeds", cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])]),
        .executableTarget(
            name: "prisoner", dependencies: ["CDeeds", "Linux", "Roles"], path: "Tests/Tools/prisoner",
            swiftSettings: settings),
        // The daemon with a role that lies; no product.
        .executableTarget(
            name: "forger", dependencies: ["Linux", "Roles"], path: "Tests/Tools/forger", swiftSettings: settings),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "forger", "inject", "prisoner", "Doors", "KernelRules", "Keys", "Knocks", "Linux", "Packets", "Roles",
                "SignedKnocks",
                "TestSupport",
            ], path: "Tests/EndToEnd", swiftSettings: settings),
    ] + fuzzing
)
