import Glibc
import Linux
import TestSupport
import Testing

struct FileWatchTests {
    private let place: TemporaryDirectory
    private let watch: FileWatch

    init() throws {
        place = try TemporaryDirectory()
        watch = try FileWatch()
    }

    private var keys: String { place.path("etc/keys") }

    /// Whether it is told that something of ours has changed. Other tests make files above.
    private func isTold() -> Bool {
        _ = Poller.wait([Poller.Interest(watch.descriptor.number)], timeout: 0)
        return watch.acknowledge()
    }

    private func make(_ directories: String...) throws {
        for directory in directories { try Files.makePrivateDirectory(place.path(directory)) }
    }

    @Test func withoutADirectoryNothingIsTold() throws {
        try make("etc")
        #expect(!isTold())
    }

    /// What may be done to a file in the directory.
    enum Deed: CaseIterable {
        case make, write, remove, moveIn, moveOut, replace, chmod
    }

    @Test(arguments: Deed.allCases)
    func whatChangesInTheDirectoryIsTold(deed: Deed) throws {
        try make("etc", "etc/keys", "etc/other")
        try place.write([1], to: "etc/keys/a.key")
        try place.write([1], to: "etc/other/b.key")
        #expect(watch.watch(keys) == nil)
        #expect(!isTold())
        let (inside, outside) = (place.path("etc/keys/a.key"), place.path("etc/other/b.key"))
        switch deed {
        case .make: try Files.makePrivateFile(place.path("etc/keys/new.key"))
        case .write: try Descriptor.open(inside, O_WRONLY).write([2])
        case .remove: try Files.remove(inside)
        case .moveIn: try Files.rename(outside, to: place.path("etc/keys/b.key"))
        case .moveOut: try Files.rename(inside, to: place.path("etc/other/a.key"))
        case .replace: try Files.rename(outside, to: inside)
        case .chmod: #expect(unsafe chmod(inside, 0o640) == 0)
        }
        #expect(isTold())
        #expect(!isTold(), "once")
    }

    @Test func whatOnlyReadsIsNoChange() throws {
        try make("etc", "etc/keys")
        try place.write([1], to: "etc/keys/a.key")
        watch.watch(keys)
        #expect(try Files.read(place.path("etc/keys/a.key")) == [1])
        #expect(!isTold())
    }

    @Test func whatHappensBesideIsNotTold() throws {
        try make("etc", "etc/keys", "etc/keys2")
        watch.watch(keys)
        try place.write([1], to: "etc/knockd.conf")
        try place.write([1], to: "etc/keys2/a.key")
        try make("etc/key", "etc/keys/inner")
        #expect(isTold(), "the directory within")
        try place.write([1], to: "etc/keys/inner/a.key")
        #expect(!isTold())
    }

    @Test func aDirectoryThatComesIsToldAndWatched() throws {
        watch.watch(keys)
        #expect(!isTold())
        try make("etc")
        #expect(isTold())
        try make("etc/keys")
        #expect(isTold())
        try place.write([1], to: "etc/keys/a.key")
        #expect(isTold())
    }

    @Test func aDirectoryThatComesAllAtOnceIsWatched() throws {
        watch.watch(keys)
        try make("etc", "etc/keys")
        try place.write([1], to: "etc/keys/a.key")
        #expect(isTold())
        try place.write([1], to: "etc/keys/b.key")
        #expect(isTold())
    }

    @Test func aDirectoryThatGoesIsToldAndAwaited() throws {
        try make("etc", "etc/keys")
        watch.watch(keys)
        #expect(unsafe rmdir(keys) == 0)
        #expect(isTold())
        try make("etc/keys")
        #expect(isTold())
        try place.write([1], to: "etc/keys/a.key")
        #expect(isTold())
    }

    @Test(arguments: ["etc", "etc/keys"])
    func anotherInItsPlaceIsWatched(replaced: String) throws {
        try make("etc", "etc/keys", "new", "new/keys")
        watch.watch(keys)
        try Files.rename(place.path(replaced), to: place.path("away"))
        #expect(isTold())
        try Files.rename(place.path(replaced == "etc" ? "new" : "new/keys"), to: place.path(replaced))
        #expect(isTold())
        #expect(!isTold())
        let old = replaced == "etc" ? "away/keys/a.key" : "away/a.key"
        try place.write([1], to: old)
        #expect(!isTold(), "nobody asks for the old one any more")
        try place.write([1], to: "etc/keys/a.key")
        #expect(isTold())
    }

    @Test func aLinkThatLeadsElsewhereIsSeen() throws {
        try make("etc", "one", "two")
        #expect(unsafe symlink(place.path("one"), keys) == 0)
        watch.watch(keys)
        try place.write([1], to: "one/a.key")
        #expect(isTold())
        #expect(unsafe symlink(place.path("two"), place.path("etc/next")) == 0)
        #expect(!isTold())
        try Files.rename(place.path("etc/next"), to: keys)
        #expect(isTold())
        try place.write([1], to: "one/b.key")
        #expect(!isTold())
        try place.write([1], to: "two/b.key")
        #expect(isTold())
    }

    @Test func theLastOneAskedForIsWatched() throws {
        try make("etc", "etc/keys", "etc/others")
        watch.watch(keys)
        watch.watch(place.path("etc/others"))
        try place.write([1], to: "etc/keys/a.key")
        #expect(!isTold())
        try place.write([1], to: "etc/others/a.key")
        #expect(isTold())
    }

    @Test func moreThanTheKernelRemembersIsTold() throws {
        try make("etc", "etc/keys", "etc/beside")
        watch.watch(keys)
        watch.watch(place.path("etc/beside"))
        // Alternating: the kernel joins equal events that follow each other.
        for number in 0..<9000 { try place.write([1], to: "etc/beside/\(number % 2)") }
        #expect(isTold())
    }

    @Test(arguments: 0..<3)
    func aFileWhereADirectoryShouldBeIsNoTrouble(depth: Int) throws {
        let names = ["etc", "etc/keys"]
        if depth > 0 { try make("etc") }
        if depth < 2 { try place.write([1], to: names[depth]) }
        #expect(watch.watch(keys) == nil)
        if depth < 2 {
            try Files.remove(place.path(names[depth]))
            #expect(isTold())
        }
        try make("etc", "etc/keys")
        #expect(isTold())
    }
}
