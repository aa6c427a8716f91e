import Testing

/// The security claims that the imports of the modules prove. The build refuses every import that Package.swift does not
/// declare, so what a module does not reach there it cannot call. docs/THREATS.md names these tests.
struct ArchitectureTests {
    private let graph: ModuleGraph

    init() throws { graph = try ModuleGraph() }

    private static let privileged: Set = ["Ledger", "CSQLite", "Actions", "Configuration", "Doorkeeper"]
    private static let secret: Set = ["Keys", "SignedKnocks", "KeyMessages", "COpenSSL"]
    private static let network: Set = ["Capture", "CPcap", "Decoding"]
    private static let pure = [
        "Packets", "Decoding", "Knocks", "Hints", "Keys", "SignedKnocks", "Doors", "KernelRules", "Events",
        "DoorControl",
    ]

    @Test func theListenerReachesNoKeyNoLedgerAndNoCommand() throws {
        let found = try graph.reach("Listener").intersection(Self.secret.union(Self.privileged).union(["Verifier"]))
        #expect(found == [])
    }

    @Test func theVerifierReachesNoCaptureNoPacketDecoderNoLedgerAndNoCommand() throws {
        let found = try graph.reach("Verifier").intersection(Self.network.union(Self.privileged).union(["Listener"]))
        #expect(found == [])
    }

    @Test func theResolverReachesNoKeyNoCaptureNoLedgerAndNoCommand() throws {
        let found = try graph.reach("Resolver").intersection(Self.secret.union(Self.network).union(Self.privileged))
        #expect(found == [])
    }

    @Test func theDoorkeeperReachesNoCaptureAndNoPacketDecoder() throws {
        let found = try graph.reach("Doorkeeper").intersection(
            Self.network.union(["Listener", "Verifier", "Resolver"]))
        #expect(found == [])
    }

    @Test(arguments: ["Listener", "Verifier", "Resolver"])
    func aRoleWithoutPrivilegeReachesNoControlOfDoors(role: String) throws {
        #expect(try !graph.reach(role).contains("DoorControl"))
        #expect(try graph.reach("Doorkeeper").contains("DoorControl"))
    }

    @Test(arguments: pure)
    func aPureModuleReachesNoFileNoClockAndNoProcess(module: String) throws {
        let found = try graph.reach(module).intersection([
            "Linux", "Capture", "Confinement", "CPcap", "CSeccomp", "CSQLite",
        ])
        #expect(found == [])
    }

    @Test func theClientReachesNoLibraryButLibcrypto() throws {
        let libraries = try graph.reach("knock").filter { $0.hasPrefix("C") && $0 != "CLinux" && $0 != "Configuration" }
        #expect(libraries == ["COpenSSL"])
    }

    private static let wrappers: [String: Set] = [
        "CPcap": ["Capture"], "CSeccomp": ["Confinement"], "CSQLite": ["Ledger"],
        "COpenSSL": ["Keys", "SignedKnocks"], "CLinux": ["Base", "Linux", "Capture", "Confinement"],
    ]

    @Test(arguments: wrappers.keys.sorted())
    func aCLibraryIsImportedByItsWrappersAlone(library: String) {
        #expect(graph.importers(of: library) == Self.wrappers[library])
    }

    @Test func everyFolderOfSourcesIsAModuleThatIsKnownHere() throws {
        let folders = try ModuleGraph.folders()
        #expect(Set(graph.order) == folders)
        #expect(graph.order.count == graph.direct.count)
    }

    @Test func everyImportInTheSourcesIsDeclared() throws {
        for module in graph.order {
            let own = try ModuleGraph.imports(in: module).intersection(graph.direct.keys)
            #expect(own.subtracting(graph.direct[module] ?? []) == [], "\(module)")
        }
    }

    @Test func everyDeclaredImportIsUsed() throws {
        for module in graph.order {
            let used = try ModuleGraph.imports(in: module)
            #expect(Set(graph.direct[module] ?? []).subtracting(used) == [], "\(module)")
        }
    }

    @Test func modulesImportOnlyWhatStandsAboveThem() throws {
        var above = Set(graph.order.filter { $0.hasPrefix("C") && graph.direct[$0] == [] })
        for module in graph.order where !above.contains(module) {
            #expect(Set(graph.direct[module] ?? []).subtracting(above) == [], "\(module)")
            above.insert(module)
        }
    }
}
