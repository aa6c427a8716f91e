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
                "Configuration", "Decoding", "Hints", "KernelRules", "KeyMessages", "Keys", "Messages", "Packets",
                "SignedKnocks", "Simulation", "TestSupport",
            ], path: "Tests/Fuzzing", exclude: ["Fuzzer", "Findings", "Seeds"], swiftSettings: settings)
    ]
    : [
        .executableTarget(
            name: "fuzz",
            dependencies: [
                "Configuration", "Decoding", "Hints", "KernelRules", "KeyMessages", "Keys", "Messages", "Packets",
                "SignedKnocks", "Simulation",
            ],
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

        module("Base", "CLinux"),
        module("Linux", "CLinux", "Base"),
        module("Capture", "CLinux", "CPcap", "Base", "Linux"),
        module("Confinement", "CLinux", "CSeccomp", "Linux"),
        module("Packets", "Base"),
        module("Decoding", "Packets"),
        module("Knocks", "Base", "Packets"),
        module("Hints", "Base", "Packets"),
        module("Keys", "COpenSSL", "Base"),
        module("SignedKnocks", "COpenSSL", "Base", "Packets", "Hints", "Keys"),
        module("Doors", "Base", "Packets", "Knocks", "Keys", "SignedKnocks"),
        module("KernelRules", "Base", "Packets", "Knocks", "Doors"),
        module(
            "Configuration", "Base", "Linux", "Packets", "Knocks", "Hints", "Keys", "SignedKnocks", "Doors",
            "KernelRules"),
        module("Events", "Base", "Packets", "Keys", "SignedKnocks"),
        module("Ledger", "CSQLite", "Base", "Linux", "Packets", "Hints", "Keys", "SignedKnocks", "Doors"),
        module("Actions", "Base", "Linux"),
        module("DoorControl", "Base", "Packets", "Knocks", "Hints", "Keys", "SignedKnocks", "Doors", "Events"),
        module("Messages", "Base", "Confinement", "Packets", "Knocks", "Hints"),
        module("KeyMessages", "Base", "Packets", "Hints", "Keys", "SignedKnocks", "Doors", "Messages"),
        module(
            "Listener", "Base", "Linux", "Capture", "Confinement", "Packets", "Decoding", "Knocks", "Hints", "Messages"),
        module(
            "Verifier", "Base", "Linux", "Confinement", "Hints", "Keys", "SignedKnocks", "Doors", "Messages",
            "KeyMessages"),
        module("Resolver", "Linux", "Confinement", "Packets", "Messages"),
        module(
            "Doorkeeper", "Base", "Linux", "Confinement", "Packets", "Knocks", "Keys", "SignedKnocks", "Doors",
            "Configuration", "Events", "Ledger", "Actions", "DoorControl", "Messages", "KeyMessages"),
        module(
            "Simulation", "Base", "Linux", "Capture", "Packets", "Decoding", "Knocks", "Hints", "Keys", "SignedKnocks",
            "Doors", "Configuration", "Events", "DoorControl", "Listener", "Doorkeeper"),

        program(
            "knockd", "Base", "Linux", "Configuration", "Confinement", "Messages", "Listener", "Verifier", "Resolver",
            "Doorkeeper", "Simulation"),
        program("knock", "Base", "Linux", "Packets", "Knocks", "Hints", "Keys", "SignedKnocks", "Configuration"),
        program("knockctl", "Base", "Linux", "Keys", "Doors", "Configuration", "KernelRules", "Ledger"),

        // What the tests of several modules share.
        .target(
            name: "TestSupport", dependencies: ["CPcap", "Linux", "Messages"], path: "Tests/TestSupport",
            swiftSettings: settings),
        // What the imports prove.
        tests("ArchitectureTests"),
        // Prints every module's limits into docs/LIMITS.md.
        tests(
            "LimitsTests", "Base", "Linux", "Capture", "Confinement", "Packets", "Knocks", "Hints", "Keys",
            "SignedKnocks", "Doors", "Configuration", "Events", "Ledger", "Actions", "DoorControl", "Messages",
            "Listener", "Verifier", "Doorkeeper"),
        tests("BaseTests", "Base", "CPcap", "TestSupport"),
        tests("LinuxTests", "Linux", "Base", "TestSupport"),
        tests("ConfinementTests", "Confinement", "Linux", "TestSupport"),
        tests("PacketsTests", "Packets", "TestSupport"),
        tests("DecodingTests", "Decoding", "Packets", "TestSupport"),
        tests("KnocksTests", "Knocks", "Packets", "Decoding", "Base", "CPcap", "TestSupport"),
        tests("HintsTests", "Hints", "Packets", "Base", "CPcap", "TestSupport"),
        tests("KeysTests", "Keys", "Linux", "TestSupport"),
        tests("SignedKnocksTests", "SignedKnocks", "Keys", "Hints", "Packets", "Base", "TestSupport"),
        tests("DoorsTests", "Doors", "Knocks", "Hints", "Keys", "SignedKnocks", "Base", "Packets", "TestSupport"),
        tests(
            "ConfigurationTests", "Configuration", "Doors", "Keys", "Knocks", "Packets", "Base", "Linux", "TestSupport",
            data: ["Published"]),
        tests("KernelRulesTests", "KernelRules", "Configuration", "Doors", "Knocks", "Packets"),
        tests("EventsTests", "Events", "Keys", "Packets", "SignedKnocks"),
        tests(
            "LedgerTests", "Ledger", "CSQLite", "Doors", "Hints", "Keys", "SignedKnocks", "Base", "Linux", "Packets",
            "TestSupport", data: ["Files"]),
        tests(
            "DoorControlTests", "DoorControl", "Base", "Doors", "Events", "Hints", "Keys", "Knocks", "Packets",
            "SignedKnocks"),
        tests("ActionsTests", "Actions", "Base", "Linux", "TestSupport"),
        tests(
            "MessagesTests", "Messages", "KeyMessages", "Confinement", "Base", "Hints", "Knocks", "Packets",
            "TestSupport"),
        tests(
            "KeyMessagesTests", "KeyMessages", "Messages", "Hints", "Keys", "Packets", "SignedKnocks",
            "TestSupport"),
        tests("ListenerTests", "Listener", "Messages", "Base", "Knocks", "Linux", "Hints", "Packets", "TestSupport"),
        tests(
            "VerifierTests", "Verifier", "KeyMessages", "Messages", "Base", "Hints", "Keys", "Packets", "SignedKnocks"),
        tests(
            "DoorkeeperTests", "Doorkeeper", "Base", "Configuration", "Confinement", "DoorControl", "Doors", "Events",
            "Hints", "KeyMessages", "Keys", "Knocks", "Ledger", "Linux", "Messages", "Packets", "SignedKnocks",
            "TestSupport"),
        tests(
            "SimulationTests", "Simulation", "Base", "Decoding", "Doors", "Hints", "Keys", "Knocks", "Linux", "Packets",
            "SignedKnocks", "TestSupport"),
        tests(
            "KnockctlTests", "knockctl", "Base", "Configuration", "KernelRules", "Keys", "Ledger", "Linux",
            "TestSupport"),
        tests(
            "KnockTests", "knock", "Base", "Configuration", "Hints", "Keys", "SignedKnocks", "Packets", "Linux",
            "TestSupport"),
        tests("VectorTests", "SignedKnocks", "Doors", "Hints", "Keys", "Packets", "TestSupport"),
        // Sends the end-to-end tests' raw frames; no product.
        .executableTarget(name: "inject", path: "Tests/Tools/inject", swiftSettings: settings),
        // A role in its jail that tries to get out of it; no product.
        .target(name: "CDeeds", path: "Tests/Tools/deeds", cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])]),
        .executableTarget(
            name: "prisoner", dependencies: ["CDeeds", "Linux", "Confinement", "Messages"],
            path: "Tests/Tools/prisoner",
            swiftSettings: settings),
        // The daemon with a role that lies; no product.
        .executableTarget(
            name: "forger", dependencies: ["Linux", "Confinement", "Messages", "Listener", "Verifier", "Doorkeeper"],
            path: "Tests/Tools/forger", swiftSettings: settings),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "forger", "inject", "prisoner", "CLinux", "Confinement", "Doorkeeper", "Doors", "Events", "Hints",
                "KernelRules", "KeyMessages", "Keys", "Knocks", "Ledger", "Linux", "Messages", "Packets",
                "SignedKnocks", "TestSupport",
            ], path: "Tests/EndToEnd", swiftSettings: settings),
    ] + fuzzing
)
