// Shows that a key's file is not believed for what it says of itself: a server that its client fetches a key from gets neither
// another server's key out of the way, nor a generation into it, nor a name that was not expected; and that its own client goes
// on rotating in one line, whatever happened meanwhile. What 0.1.0 has exported comes in as before, but for rotations.
import Foundation
import Testing

extension EndToEnd {
    @Suite struct S82WhatImportBelieves {
        /// Directories of keys of two servers and a client.
        private final class Machines {
            let folder: String

            init() throws {
                folder = "\(NSTemporaryDirectory())postern-import-\(Tag.next())"
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
            }

            deinit { try? FileManager.default.removeItem(atPath: folder) }

            /// Runs a script, in which `keys` is the tool; `GW`, `EVIL` and `CLIENT` are directories.
            func run(_ script: String) throws -> CommandResult {
                let setUp = """
                    cd '\(folder)'; umask 077; GW=gw EVIL=evil CLIENT=client
                    keys() { '\(Host.knockctl)' keys "$@"; }
                    newkey() { keys add "$2" --server "$3" -D "$1" > /dev/null; }
                    """
                return try Command.run(["sh", "-c", "\(setUp)\n\(script)"])
            }

            func text(_ file: String) -> String { Command.text(at: "\(folder)/\(file)") }
        }

        private static let fetched =
            "newkey $GW laptop gw; keys export laptop -D $GW | keys import -n laptop - -D $CLIENT; "

        /// What another server hands over in the place of its own key, and what the client says of it.
        private static let forgeries = [
            // Its own secret in a file that bears the other's name.
            ("newkey $EVIL laptop gw; keys export laptop -D $EVIL", "laptop", "nothing proves|another secret here"),
            ("newkey $EVIL laptop evil; keys export laptop -D $EVIL", "laptop", "for the server evil"),
            (
                "newkey $EVIL laptop gw; keys export laptop -D $EVIL | sed 's/generation 1/generation 999999999/'",
                "laptop",
                "nothing proves"
            ),
            (
                "newkey $EVIL laptop gw; keys export laptop -D $EVIL | sed 's/generation 1/generation 2/'", "laptop",
                "nothing proves"
            ),
            // The client's own proof, in front of another secret.
            (
                "newkey $EVIL laptop gw; keys rotate laptop -D $GW >&2; keys export laptop -D $EVIL | "
                    + "sed 's/generation 1/generation 2/'; keys export laptop -D $GW | grep continuity", "laptop",
                "nothing proves"
            ),
            // The generation that is here, revoked.
            ("keys export laptop -D $GW | sed 's/active/revoked/'", "laptop", "nothing proves"),
            // Another name than the client expects.
            ("newkey $EVIL boss evil; keys export boss -D $EVIL", "laptop", "this is the key boss, not laptop"),
            ("keys export laptop -D $GW | sed 's/name = laptop/name = Laptop/'", "Laptop", "here already, as"),
            ("keys export laptop -D $GW | sed 's/name = laptop/name = ../'", "..", "is not a name"),
        ]

        @Test func whatAnotherServerWritesChangesNothing() async {
            await sideBySide(Self.forgeries) { forgery, name, say in
                let machines = try Machines()
                let before = try machines.run(Self.fetched + "cat client/laptop.key")
                #expect(before.succeeded, "\(before.everything)")
                let kept = machines.text("client/laptop.key")
                for option in ["", "--name \(name) "] {
                    let said = try machines.run("rm -rf evil; { \(forgery); } | keys import \(option)- -D $CLIENT")
                    let isExpected = try option.isEmpty || said.errors.firstMatch(of: Regex(say)) != nil
                    #expect([1, 3, 4].contains(said.status) && isExpected, "\(said.everything)")
                    #expect(machines.text("client/laptop.key") == kept)
                }
                let left = try machines.run("ls client")
                #expect(left.output == "laptop.key\n", "\(left.output)")
            }
        }

        @Test func itsOwnClientRotatesHoweverManyItMissed() throws {
            let machines = try Machines()
            let said = try machines.run(
                Self.fetched + """
                    for i in 2 3 4; do keys rotate laptop --force -D $GW; done
                    keys rotate laptop --force -D $GW >&2 && keys export laptop -D $GW | keys import --name laptop - -D $CLIENT
                    """)
            #expect(
                said.succeeded && said.output.contains("generation 5 is new, in client/laptop.key"),
                "\(said.everything)")
            let again = try machines.run("keys export laptop -D $GW | keys import --name laptop - -D $CLIENT")
            #expect(again.status == 6 && again.output.isEmpty, "\(again.everything)")
            #expect(!machines.text("client/laptop.key").contains("continuity"), "a proof is for one import")
            let back = try machines.run("keys export laptop -D $CLIENT | keys import --name laptop - -D $GW")
            #expect(back.status == 6, "\(back.everything)")
        }

        @Test func aKeyThatWasMadeAnewOrUsedUpIsReplaced() throws {
            let machines = try Machines()
            let said = try machines.run(
                Self.fetched + """
                    sed -i 's/generation 1/generation 999999999/' client/laptop.key
                    rm -r gw; newkey $GW laptop gw; keys export laptop -D $GW > file
                    keys import file -D $CLIENT; echo $?; keys import --replace file -D $CLIENT; echo $?
                    keys import --name laptop --replace file -D $CLIENT; echo $?
                    """)
            #expect(
                said.output.split(separator: "\n").filter { $0.count == 1 } == ["6", "4", "0"], "\(said.everything)")
            let secrets = ["gw/laptop.key", "client/laptop.key"].map {
                machines.text($0).lines(containing: "secret = ")
            }
            #expect(secrets[0] == secrets[1] && secrets[0].count == 1)
        }

        /// 0.1.0 writes no proof, and skips comments.
        @Test func filesOfAnEarlierVersionComeIn() throws {
            let machines = try Machines()
            let earlier = "grep -v '^# continuity' | sed '$ { /^$/d }'"
            let said = try machines.run(
                "newkey $GW laptop gw; keys export laptop -D $GW | \(earlier) | keys import --name laptop - -D $CLIENT; echo $?; "
                    + "keys rotate laptop -D $GW >&2; keys export laptop -D $GW | \(earlier) > file; "
                    + "keys import --name laptop file -D $CLIENT; echo $?; "
                    + "keys import --name laptop --replace file -D $CLIENT; echo $?")
            #expect(
                said.output.split(separator: "\n").filter { $0.count == 1 } == ["0", "4", "0"], "\(said.everything)")
            #expect(said.errors.contains("--name laptop --replace"))
        }
    }
}
