import Actions
import Base
import Capture
import Configuration
import Confinement
import DoorControl
import Doorkeeper
import Doors
import Events
import Hints
import Keys
import Knocks
import Ledger
import Linux
import Listener
import Messages
import Packets
import SignedKnocks
import Verifier

extension Limit {
    /// All limits, module by module, bottom-up.
    static let all: [(module: String, limits: [Limit])] = [
        ("Linux", linux),
        ("Capture", capture),
        ("Confinement", confinement),
        ("Packets", packets),
        ("Knocks", knocks),
        ("Hints", hints),
        ("Keys", keys),
        ("SignedKnocks", signedKnocks),
        ("Doors", doors),
        ("Configuration", configuration),
        ("Events", events),
        ("Ledger", ledger),
        ("Actions", actions),
        ("DoorControl", doorControl),
        ("Messages", messages),
        ("Listener", listener),
        ("Verifier", verifier),
        ("Doorkeeper", doorkeeper),
    ]

    private static let linux: [Limit] = [
        Limit(
            "fileBytes", "a file that is read, where its reader names no limit",
            .bytes(LinuxLimits.fileBytes), "it is refused (EFBIG)"),
        Limit(
            "lockFileBytes", "a lock file that is read",
            .bytes(LinuxLimits.lockFileBytes), "it is taken for one that says nothing"),
        Limit(
            "lockWait", "waiting for a lock whose holder is gone",
            .time(LinuxLimits.lockWait), "the lock counts as taken"),
        Limit(
            "passingLockTries", "tries to lock a file whose lock file is removed each time",
            .number(LinuxLimits.passingLockTries), "the lock counts as taken"),
        Limit(
            "pidFileWait", "a daemon's time to write its number into the locked PidFile",
            .time(LinuxLimits.pidFileWait), "the file is made anew"),
        Limit(
            "links", "symbolic links on the way to a file",
            .number(LinuxLimits.links), "the file is not judged further; the kernel does not open it"),
        Limit(
            "watchReads", "reads of 16 KiB from inotify or netlink in one go",
            .number(LinuxLimits.watchReads), "the rest is read in the next turn"),
        Limit(
            "routeTableBytes", "the kernel's table of routes that is read",
            .bytes(LinuxLimits.routeTableBytes), "default routes behind it are not seen; they stand first"),
        Limit(
            "environmentBytes", "the environment of another process that is read",
            .bytes(LinuxLimits.environmentBytes), "the process is not found as a command of ours"),
        Limit(
            "processStatusBytes", "/proc/PID/status that is read",
            .bytes(LinuxLimits.processStatusBytes), "the process is not found as a command of ours"),
        Limit(
            "answerBytes", "an answer that is typed at a terminal",
            .bytes(LinuxLimits.answerBytes), "what follows is not read; the first letter counts"),
        Limit(
            "inputWait", "waiting for standard input without a word",
            .time(Milliseconds(LinuxLimits.inputWait)), "a program says that it waits"),
    ]

    private static let capture: [Limit] = [
        Limit(
            "capturedBytes", "a packet that is captured",
            .bytes(Int(CaptureLimits.capturedBytes)), "what lies behind is not read"),
        Limit(
            "holdBack", "the kernel holding packets back, to hand them over together",
            .time(Milliseconds(CaptureLimits.holdBack)), "they are handed over"),
        Limit(
            "packetsATurn", "packets of a capture in one go", .number(CaptureLimits.packetsATurn),
            "the rest is taken in the next turn, after other captures and messages"),
    ]

    private static let confinement: [Limit] = [
        Limit(
            "resolverDescriptors", "descriptors of the Resolver",
            .number(ConfinementLimits.resolverDescriptors), "it gets no more, and names are not found"),
        Limit(
            "verifierDescriptors", "descriptors of the Verifier",
            .number(ConfinementLimits.verifierDescriptors), "it gets no more; it needs none once it is confined"),
        Limit(
            "resolverMemory", "address space of the Resolver",
            .bytes(ConfinementLimits.resolverMemory), "it ends, and lines go without names"),
        Limit(
            "lockedHeap", "locked memory of the Verifier: more than 10,000 keys take",
            .bytes(ConfinementLimits.lockedHeap), "what goes beyond can be swapped out"),
        Limit(
            "lockedStack", "stack of a role whose memory is locked",
            .bytes(ConfinementLimits.lockedStack), "the role ends, and another one is started"),
    ]

    private static let packets: [Limit] = [
        Limit(
            "identifyingBytes", "a packet that is compared with its copies",
            .bytes(PacketsLimits.identifyingBytes), "bytes behind it do not tell packets apart")
    ]

    private static let knocks: [Limit] = [
        Limit(
            "knocksOfSequence", "knocks of a sequence",
            .number(KnocksLimits.knocksOfSequence), "the configuration is refused"),
        Limit(
            "attempts", "attempts in progress: 10 MiB",
            .number(KnocksLimits.attempts),
            "in a full set, of the door with most attempts there, at the stage with most of these, the oldest goes",
            filledIn: "AttemptTableTests.aFullSetGivesUpTheOldestAttemptOfTheDoorWithMost"),
        Limit(
            "attemptsOfSource", "attempts of the sources that share a set, at least",
            .number(KnocksLimits.attemptsOfSource),
            "one of them goes, as above; of one source each door has one, a strict door one a stage: the younger "
                + "stays",
            filledIn: "AttemptTableTests.ofItsAttemptsTheOldestOfTheStageWithMostGoes"),
        Limit(
            "wrongPackets", "wrong packets between two knocks at a strict door",
            .number(KnocksLimits.wrongPackets), "the attempt ends"),
        Limit(
            "wrongPacketsAmongRivals", "the same, where several sequences open the door at once",
            .number(KnocksLimits.wrongPacketsAmongRivals), "the attempt ends"),
        Limit(
            "filterPorts", "ports that the kernel's filter names",
            .number(KnocksLimits.filterPorts), "it names none; the matcher sees more packets, and that is told"),
        Limit(
            "filterHosts", "addresses that the kernel's filter names, counted for each clause",
            .number(KnocksLimits.filterHosts), "it names none; the matcher sees more packets, and that is told"),
        Limit(
            "knownPackets", "packets known to have been seen on one interface: 96 KiB",
            .number(KnocksLimits.knownPackets), "the oldest of four goes; its copy may count again",
            filledIn: "DuplicateFilterTests.whatThereIsNoRoomForCountsAgainAndNothingIsHeldBack"),
        Limit(
            "copyWindow", "a packet known to have been seen, from its first sight",
            .time(KnocksLimits.copyWindow), "its copy counts again"),
        Limit(
            "interfacesOfPacket", "interfaces that one packet is counted on",
            .number(KnocksLimits.interfacesOfPacket), "on each further one it is new",
            filledIn: "DuplicateFilterTests.onMoreInterfacesThanAreCountedItIsNew"),
    ]

    private static let hints: [Limit] = [
        Limit(
            "hintsInFilter", "hints in the kernel's filter; before Linux 6.8 it has room for about 100",
            .number(HintsLimits.hintsInFilter), "they are not put there; a flood costs the Listener each datagram",
            filledIn: "HintFilterTests.tooManyHintsHaveNoProgram"),
        Limit(
            "hintsThinned", "hints of which the kernel's filter passes only some datagrams",
            .number(HintsLimits.hintsThinned), "those that come most often are thinned out",
            filledIn: "HintFilterTests.tooManyHintsHaveNoProgram"),
        Limit(
            "hintsAlike", "hints in the kernel's filter whose first halves are the same",
            .number(HintsLimits.hintsAlike), "they are not put there"),
    ]

    private static let keys: [Limit] = [
        Limit(
            "nameBytes", "the name of a key or of a server",
            .bytes(KeysLimits.nameBytes), "it is refused"),
        Limit(
            "fileBytes", "a key's file",
            .bytes(KeysLimits.fileBytes), "the file is refused; the key stays as it was"),
        Limit(
            "generations", "generations of a key", .number(KeysLimits.generations),
            "a file with more is refused; rotating needs knockctl keys prune first"),
        Limit(
            "addresses", "addresses of a server in a key's file",
            .number(KeysLimits.addresses), "the file is refused"),
        Limit(
            "numberJump", "how far a generation's number may lie above the one before it",
            .number(KeysLimits.numberJump), "the file is not imported"),
        Limit(
            "greatestNumber", "the number of a generation",
            .number(KeysLimits.greatestNumber), "the file is refused; the key cannot be rotated"),
        Limit(
            "secretMemory", "locked memory for secrets, the largest that can be had",
            .bytes(KeysLimits.secretMemory), "further secrets lie in memory that can be swapped out"),
    ]

    private static let signedKnocks: [Limit] = [
        Limit(
            "doorNameBytes", "the name of a door that takes signed knocks",
            .bytes(SignedKnocksLimits.doorNameBytes), "the configuration is refused"),
        Limit(
            "spentOfGeneration", "spent knocks of a generation that have places of their own",
            .number(SignedKnocksLimits.spentOfGeneration),
            "they take places that all share; of knocks over a rate, of which as many are kept, the oldest goes and "
                + "the floor rises to it"),
        Limit(
            "spentInAll", "spent knocks of all generations beyond those",
            .number(SignedKnocksLimits.spentInAll),
            "the generation's knocks are refused until some lie before the window",
            filledIn: "ReplayCacheTests.aFullTableRefusesOnlyTheGenerationThatHasFilledIt"),
        Limit(
            "forgottenAtOnce", "spent knocks that are forgotten with one knock",
            .number(SignedKnocksLimits.forgottenAtOnce), "the rest goes with later knocks"),
        Limit(
            "goneGenerations", "generations without a key file whose spent knocks are kept",
            .number(SignedKnocksLimits.goneGenerations), "the oldest that lie before the window go",
            filledIn: "ReplayCacheTests.ofVeryManyThatHaveLeftTheOldestGo"),
        Limit(
            "floorPause", "recording a floor for knocks of a generation over a rate",
            .time(SignedKnocksLimits.floorPause), "the next floor is that much higher",
            filledIn: "ReplayCacheTests.aFloodOverARateIsOneRecordASecond"),
        Limit(
            "rememberedSets", "sets of eight knocks that the Verifier knows to be spent: 1.6 MiB",
            .number(SignedKnocksLimits.rememberedSets), "the oldest of a set goes; the Doorkeeper still knows it",
            filledIn: "SpentMemoryTests.ofTwoTimesItsCapacityMostOfTheLastAreKnown"),
    ]

    private static let doors: [Limit] = [
        Limit(
            "keyRate", "signed knocks of a key that count",
            .rate(DoorsLimits.keyRate), "refused for good, logged",
            filledIn: "RateLimiterTests.thirtyTwoCountAtOnceAndThenEightASecond"),
        Limit(
            "sequenceRate", "completed sequences of a door that count",
            .rate(DoorsLimits.sequenceRate), "refused, logged"),
        Limit(
            "sourcesOfKey", "sources of a key whose rate is known",
            .number(DoorsLimits.sourcesOfKey), "for further ones the key's own rate is all",
            filledIn: "RateLimiterTests.sourcesBeyondThoseThatAreRememberedAreNotRefused"),
        Limit(
            "sourcesOfDoor", "sources of a door's sequences whose rate is known",
            .number(DoorsLimits.sourcesOfDoor), "for further ones the door's own rate is all"),
        Limit(
            "sourcesInCooldown", "sources of a door that `seq_cooldown` knows",
            .number(DoorsLimits.sourcesInCooldown), "the oldest goes; it counts again",
            filledIn: "CooldownBookTests.forgedSourcesFillNoMoreThanTheirDoorsBook"),
        Limit(
            "commandBytes", "a command with its values",
            .bytes(DoorsLimits.commandBytes), "it is not run; the knock is refused"),
        Limit(
            "displayNameBytes", "a door's name in the log",
            .bytes(DoorsLimits.displayNameBytes), "it is cut"),
        Limit(
            "shortestStart", "a start command at a door that is open for less time",
            .time(DoorsLimits.shortestStart), "it is ended, and stop is run"),
        Limit(
            "checkTime", "a command that asks whether an opening is still in place",
            .time(DoorsLimits.checkTime), "it is ended; nothing is known"),
        Limit(
            "stopsAtOnce", "stop commands in a row for what is open still after stop",
            .number(DoorsLimits.stopsAtOnce), "it counts as a stop that failed"),
        Limit(
            "rerunPause", "running start again for an opening that is open",
            .time(DoorsLimits.rerunPause), "the knock extends the opening, and runs nothing"),
        Limit(
            "longestStopPause", "the pause before a stop command that failed is run again",
            .time(DoorsLimits.longestStopPause), "it grows no further"),
        Limit(
            "stopFailureLines", "lines about each failure of one stop command",
            .time(DoorsLimits.stopFailureLines), "then one line in as much time"),
    ]

    private static let configuration: [Limit] = [
        Limit(
            "doors", "doors, and sequences that count at once",
            .number(ConfigurationLimits.doors), "the configuration is refused"),
        Limit(
            "includeDepth", "files that include each other",
            .number(ConfigurationLimits.includeDepth), "the configuration is refused"),
        Limit(
            "includedFiles", "files that a configuration is read from",
            .number(ConfigurationLimits.includedFiles), "the configuration is refused"),
        Limit(
            "includedBytes", "all files of a configuration",
            .bytes(ConfigurationLimits.includedBytes), "the configuration is refused"),
        Limit(
            "sectionNameBytes", "the name of a section",
            .bytes(ConfigurationLimits.sectionNameBytes), "the configuration is refused"),
        Limit(
            "greatestCount", "a number in a directive that counts something",
            .number(ConfigurationLimits.greatestCount), "the configuration is refused"),
        Limit(
            "greatestRate", "`SourceRate` and `TotalRate`, each number",
            .number(ConfigurationLimits.greatestRate), "the configuration is refused"),
        Limit(
            "shortestTimeWindow", "`TimeWindow`, at least",
            .time(ConfigurationLimits.shortestTimeWindow), "the configuration is refused"),
        Limit(
            "longestTimeWindow", "`TimeWindow`, at most",
            .time(ConfigurationLimits.longestTimeWindow), "the configuration is refused"),
        Limit(
            "sourceRate", "`SourceRate` where nothing is said: one IPv4 address, or one IPv6 /64",
            .rate(ConfigurationLimits.sourceRate),
            "proofs from a source are refused, of each key and at each door, and logged"),
        Limit(
            "totalRate", "`TotalRate` where nothing is said",
            .rate(ConfigurationLimits.totalRate),
            "signed knocks, and completed sequences, are refused, and logged; half is shared out among keys, or "
                + "doors, one each at least",
            filledIn: "RateLimiterTests.halfOfWhatCountsInAllIsSharedOutEvenly"),
        Limit(
            "openings", "`max_openings` where a door does not say",
            .number(ConfigurationLimits.openings),
            "a knock for one more address is refused, logged; half is shared out among the door's keys and its "
                + "sequence, one each at least",
            filledIn: "HoldsTests.halfOfThePlacesIsSharedOut"),
        Limit(
            "commandTime", "`command_limit` where a door does not say",
            .time(ConfigurationLimits.commandTime), "the command is ended"),
        Limit(
            "oneTimeWindow", "`one_time_window` where a door does not say",
            .number(ConfigurationLimits.oneTimeWindow), "later sequences of the file do not count yet"),
        Limit(
            "longestOneTimeWindow", "`one_time_window`",
            .number(ConfigurationLimits.longestOneTimeWindow), "the configuration is refused"),
        Limit(
            "oneTimeFileBytes", "a file of one-time sequences",
            .bytes(ConfigurationLimits.oneTimeFileBytes), "it is refused (EFBIG), and the configuration with it"),
        Limit(
            "keyFiles", "files in the directory of keys",
            .number(ConfigurationLimits.keyFiles), "further ones are not read, and that is said"),
        Limit(
            "comparedSequences", "sequences that are compared with each other for warnings",
            .number(ConfigurationLimits.comparedSequences), "only the first doors are compared"),
        Limit(
            "listedPlaces", "places that one warning names",
            .number(ConfigurationLimits.listedPlaces), "their number is told"),
    ]

    private static let events: [Limit] = [
        Limit(
            "hostNameBytes", "the name of a host in a log line",
            .bytes(EventsLimits.hostNameBytes), "the line goes without it")
    ]

    private static let ledger: [Limit] = [
        Limit(
            "busyWait", "SQLite waiting for somebody who reads the ledger",
            .time(Milliseconds(LedgerLimits.busyWait)), "the record fails; the ledger moves to /run/knockd"),
        Limit(
            "databaseBytes", "a damaged ledger that is looked at",
            .bytes(LedgerLimits.databaseBytes), "it stays where it is; the ledger cannot be used"),
        Limit(
            "interfacesInLock", "the list of interfaces in a ledger's lock",
            .bytes(LedgerLimits.interfacesInLock), "`any` stands there instead"),
        Limit(
            "interfacesInName", "the list of interfaces in a ledger's name",
            .bytes(LedgerLimits.interfacesInName), "sixteen digits stand there instead"),
        Limit(
            "markBytes", "the ledger's mark beside the keys",
            .bytes(LedgerLimits.markBytes), "it counts as another ledger's"),
        Limit(
            "markWait", "waiting for somebody who changes the keys, to write the mark",
            .time(LedgerLimits.markWait), "it is not written, and that is told"),
    ]

    private static let actions: [Limit] = [
        Limit(
            "startsOfHolder", "start commands of one holder at a door that run at once",
            .number(ActionsLimits.startsOfHolder),
            "wait, logged; a door has twice, all have four times as many, each at most as many as it leaves free; "
                + "one more for each door, and, up to 512 in all, for each holder that has none",
            filledIn: "FairSharesTests.manyHoldersOfOneDoorTakeHalfOfAllAtMost"),
        Limit(
            "stopsOfHolder", "stop commands, likewise",
            .number(ActionsLimits.stopsOfHolder), "wait; commands that check have as many places of their own"),
        Limit(
            "waitingStartsOfHolder", "start commands that wait, likewise",
            .number(ActionsLimits.waitingStartsOfHolder), "the knock is refused, logged",
            filledIn: "RunnerFairnessTests.oneHoldersWaitingStartsLeaveRoomToOthers"),
        Limit(
            "endGrace", "a command that was asked to end (SIGTERM)",
            .time(ActionsLimits.endGrace), "it is killed (SIGKILL)"),
    ]

    private static let doorControl: [Limit] = [
        Limit(
            "deferredClaims", "claims that wait for the record of another one at their opening",
            .number(DoorControlLimits.deferredClaims), "refused, logged",
            filledIn: "RecordingTests.claimsThatWaitHaveALimit"),
        Limit(
            "recordDelay", "what nothing waits for, before it is recorded",
            .time(DoorControlLimits.recordDelay), "it is recorded with what else there is"),
        Limit(
            "recordPause", "what could not be recorded and nothing waits for, before it is recorded again",
            .time(DoorControlLimits.recordPause), "it is recorded with what else there is"),
        Limit(
            "lastCall", "commands that still run when the daemon ends",
            .time(DoorControlLimits.lastCall), "they are ended; start commands after half of it"),
        Limit(
            "endGrace", "a command of an earlier daemon that was asked to end",
            .time(DoorControlLimits.endGrace), "it is killed"),
    ]

    private static let messages: [Limit] = [
        Limit(
            "messageBytes", "a message between the Doorkeeper and a role, exactly",
            .bytes(MessagesLimits.messageBytes), "the sender is ended, and another one started"),
        Limit(
            "linkMessageBytes", "a message between Listener and Verifier, exactly: 29 datagrams, 340 hints",
            .bytes(MessagesLimits.linkMessageBytes), "the sender is ended, and another one started"),
        Limit(
            "hintGenerations", "generations whose hints a Listener takes",
            .number(Int(MessagesLimits.hintGenerations)), "the message is refused"),
        Limit(
            "hostNameBytes", "a host's name in a message of the Resolver",
            .bytes(MessagesLimits.hostNameBytes), "it counts as none"),
    ]

    private static let listener: [Limit] = [
        Limit(
            "reports", "reports that wait for the Doorkeeper; for the log half of them",
            .number(ListenerLimits.reports),
            "left out, counted; completed sequences of a door are as many as it leaves free, and one",
            filledIn: "ReportQueueTests.theLogLeavesHalfOfTheRoomToProofs"),
        Limit(
            "attemptLines", "lines about attempts, which anybody can cause",
            .rate(ListenerLimits.attemptLines),
            "left out, and their number is told; in a day 86,912: 12 MB with the longest lines, usually 6"),
        Limit(
            "packetLines", "lines about packets, where they are asked for",
            .rate(ListenerLimits.packetLines), "left out, and their number is told"),
        Limit(
            "leftOutPause", "telling how many lines were left out",
            .time(ListenerLimits.leftOutPause), "they are told together"),
        Limit(
            "datagramsOfGeneration", "datagrams under the hints of one generation",
            .rate(ListenerLimits.datagramsOfGeneration), "left out, counted",
            filledIn: "HintGateTests.junkUnderOneHintLeavesTheShareOfAnother"),
        Limit(
            "waitingBatches", "messages that wait for the Verifier",
            .number(ListenerLimits.waitingBatches), "left out, counted",
            filledIn: "HintGateTests.aVerifierThatDoesNotReadCostsCandidatesAndNothingElse"),
        Limit(
            "queuedOfGeneration", "datagrams of one generation in them, a quarter of their room",
            .number(ListenerLimits.queuedOfGeneration), "left out, counted"),
        Limit(
            "samples", "datagrams without a live hint that the Verifier looks at",
            .rate(ListenerLimits.samples), "counted",
            filledIn: "HintGateTests.ofOthersTwoASecondAreSamplesAndAllAreCounted"),
        Limit(
            "hints", "hints that are kept",
            .number(ListenerLimits.hints), "further messages of hints are ignored until new ones begin"),
        Limit(
            "hintMessagesATurn", "messages of hints in one go",
            .number(ListenerLimits.hintMessagesATurn), "the rest is taken in the next turn"),
        Limit(
            "countsPause", "telling how many datagrams were only counted",
            .time(ListenerLimits.countsPause), "they are told together"),
        Limit(
            "gatheredJunk", "junk that gathers before it is looked at",
            .number(ListenerLimits.gatheredJunk), "it is looked at",
            filledIn: "HintGateTests.noMoreJunkGathersThanTheRingHasRoomFor"),
        Limit(
            "longestRest", "the same, in time",
            .time(ListenerLimits.longestRest), "it is looked at"),
        Limit(
            "floodDatagrams", "junk within `floodWindow` before the kernel refuses what has no live hint",
            .number(ListenerLimits.floodDatagrams), "the kernel refuses it",
            filledIn: "HintGateTests.whileJunkComesFastTheKernelIsToKnowTheLiveHints"),
        Limit(
            "floodWindow", "the time in which junk is counted",
            .time(ListenerLimits.floodWindow), "the count begins anew"),
        Limit(
            "mostOfWindow", "datagrams under the hints of one generation within `floodWindow`",
            .number(ListenerLimits.mostOfWindow), "the kernel passes one in 2, 4, 8 … at random",
            filledIn: "HintThinningTests.ofAnyFloodTwiceTheShareAtMostIsPassed"),
        Limit(
            "mostThinned", "the n of the one in 2^n that it passes at least",
            .number(ListenerLimits.mostThinned), "no fewer pass",
            filledIn: "HintThinningTests.noRateThinsBeyondTheLimit"),
        Limit(
            "guardTime", "junk that the kernel refuses unseen",
            .time(ListenerLimits.guardTime), "it is let through again, to see whether it still comes"),
        Limit(
            "quietTime", "how long it must be quiet then",
            .time(ListenerLimits.quietTime), "a flood that goes on is refused again"),
    ]

    private static let verifier: [Limit] = [
        Limit(
            "undecided", "claims that the Doorkeeper has not decided on",
            .number(VerifierLimits.undecided), "refused for good, logged",
            filledIn: "UndecidedClaimsTests.ofTheSecondHalfEachGenerationThatHasNoneHasOnePlace"),
        Limit(
            "undecidedOfGeneration", "the same, of one generation",
            .number(VerifierLimits.undecidedOfGeneration),
            "refused for good, logged; the second half of all places has one for each generation",
            filledIn: "VerifierStateTests.aKeyWithTooManyUndecidedClaimsWaitsAloneForThem"),
        Limit(
            "surplusMessages", "messages that wait for the Doorkeeper before such refusals are lost",
            .number(VerifierLimits.surplusMessages), "lost, and counted with the lines"),
        Limit(
            "batchesATurn", "messages of the Listener in one go",
            .number(VerifierLimits.batchesATurn), "the rest is taken in the next turn"),
        Limit(
            "diagnosis", "a diagnosis, for each generation whose tag it may compute",
            .time(VerifierLimits.diagnosis), "datagrams without a live hint are not looked at meanwhile"),
        Limit(
            "linesOfGeneration", "lines about each generation's refused knocks",
            .rate(VerifierLimits.linesOfGeneration), "left out, and their number is told",
            filledIn: "VerifierStateTests.refusalsOfOneKeyHideNoneOfAnother"),
        Limit(
            "linesKept", "a generation's count of lines after its last one",
            .time(VerifierLimits.linesKept), "it is full again by then"),
        Limit(
            "countsPause", "telling how many datagrams had a wrong tag",
            .time(VerifierLimits.countsPause), "they are told together"),
        Limit(
            "leftOutPause", "telling how many lines were left out",
            .time(VerifierLimits.leftOutPause), "they are told together"),
    ]

    private static let doorkeeper: [Limit] = [
        Limit(
            "attemptLines", "lines about attempts, which anybody can cause",
            .rate(DoorkeeperLimits.attemptLines),
            "left out, and their number is told: after 1 s, then after 2, 4 … 60 s while it goes on",
            filledIn: "LogRateLimitTests.aBurstIsWrittenAndTheRestIsCounted"),
        Limit(
            "junkLines", "lines about junk at the signed port",
            .rate(DoorkeeperLimits.junkLines), "likewise"),
        Limit(
            "refusalLines", "lines about refused sequences of a door, or refused knocks of a key",
            .rate(DoorkeeperLimits.refusalLines), "likewise"),
        Limit(
            "detailLines",
            "lines that follow from proofs at a door and repeat themselves: the last stage, `stays open`, waiting, "
                + "commands without a stop",
            .rate(DoorkeeperLimits.detailLines), "likewise"),
        Limit(
            "linesKept", "a count of lines after its last one",
            .time(DoorkeeperLimits.linesKept), "it is full again by then"),
        Limit(
            "countsPause", "telling how much junk has come",
            .time(DoorkeeperLimits.countsPause), "it is told together"),
        Limit(
            "reportsATurn", "reports of the Listener in one go",
            .number(DoorkeeperLimits.reportsATurn), "the rest is taken in the next turn"),
        Limit(
            "lastReports", "reports that a Listener which is to go has left",
            .number(DoorkeeperLimits.lastReports), "the rest is lost"),
        Limit(
            "verifierReportsATurn", "reports of the Verifier in one go",
            .number(DoorkeeperLimits.verifierReportsATurn), "the rest is taken in the next turn"),
        Limit(
            "orderDelay", "an order on its way, beyond the time window",
            .time(DoorkeeperLimits.orderDelay), "refused, logged"),
        Limit(
            "waitingOrders", "messages that wait for a role",
            .number(DoorkeeperLimits.waitingOrders), "it is ended, and another one started",
            filledIn: "ControlQueueTests.whatWaitsIsCountedAConfigurationAsOne"),
        Limit(
            "roleAnswer", "a role's answer whether it is well",
            .time(DoorkeeperLimits.roleAnswer), "it is ended, and another one started"),
        Limit(
            "roleHangUp", "a role that has closed its channel and goes on",
            .time(DoorkeeperLimits.roleHangUp), "it is ended"),
        Limit(
            "firstRolePause", "the pause before another role is started, at first",
            .time(DoorkeeperLimits.firstRolePause), "it doubles with each one that ends"),
        Limit(
            "longestRolePause", "the pause before another role is started, at most",
            .time(DoorkeeperLimits.longestRolePause), "it grows no further"),
        Limit(
            "provenRole", "a role that has ended so soon",
            .time(DoorkeeperLimits.provenRole), "after a longer run the pauses are short again"),
        Limit(
            "rolesEnd", "waiting for roles that were ended, at the daemon's end",
            .time(DoorkeeperLimits.rolesEnd), "the daemon ends without them"),
        Limit(
            "accusation", "a Verifier's second accusation of a Listener after its first",
            .time(DoorkeeperLimits.accusation), "both are ended"),
        Limit(
            "firstCapturePause", "the pause before a failed capture is tried again, at first",
            .time(DoorkeeperLimits.firstCapturePause), "it doubles with each try"),
        Limit(
            "longestCapturePause", "the same, while nothing is captured",
            .time(DoorkeeperLimits.longestCapturePause), "it grows no further"),
        Limit(
            "longestCapturePauseWhileListening", "the same, while something is captured",
            .time(DoorkeeperLimits.longestCapturePauseWhileListening), "it grows no further"),
        Limit(
            "interfacesSettle", "changes of interfaces before they are looked at",
            .time(DoorkeeperLimits.interfacesSettle), "they are looked at together"),
        Limit(
            "keysSettle", "changes of key files before they are read",
            .time(DoorkeeperLimits.keysSettle), "they are read together"),
        Limit(
            "namedKeys", "keys that one line names",
            .number(DoorkeeperLimits.namedKeys), "their number is told"),
        Limit(
            "readingBytes", "another daemon's note of what it has read",
            .bytes(DoorkeeperLimits.readingBytes), "it is ignored"),
        Limit(
            "knownNames", "names of addresses that are known",
            .number(DoorkeeperLimits.knownNames), "the one learned first goes",
            filledIn: "NameBookTests.beyond1024AddressesTheOneLearnedFirstGoes"),
        Limit(
            "nameLife", "a name that is known",
            .time(DoorkeeperLimits.nameLife), "it is asked for again"),
        Limit(
            "noNameLife", "that an address has no name",
            .time(DoorkeeperLimits.noNameLife), "it is asked for again"),
        Limit(
            "waitingNames", "questions for names that wait", .number(DoorkeeperLimits.waitingNames),
            "the line goes without a name; a proof's takes the place of a stranger's"),
        Limit(
            "waitingNamesOfStrangers", "the same, of strangers",
            .number(DoorkeeperLimits.waitingNamesOfStrangers), "the line goes without a name",
            filledIn: "NameBookTests.strangersLeave16PlacesToProofs"),
        Limit(
            "nameWait", "a question for a name, and an answer to it",
            .time(DoorkeeperLimits.nameWait), "the line goes without a name; the Resolver is ended"),
        Limit(
            "nameWaitWithStrangers", "the answer to a stranger's question while a proof's waits",
            .time(DoorkeeperLimits.nameWaitWithStrangers), "the Resolver is ended"),
        Limit(
            "resolverPause", "the pause after a Resolver has failed",
            .time(DoorkeeperLimits.resolverPause), "lines go without names meanwhile"),
        Limit(
            "waitingLines", "lines that wait for names",
            .number(DoorkeeperLimits.waitingLines), "the first goes without its name",
            filledIn: "LineQueueTests.beyond1024LinesTheFirstGoesOutAsItIs"),
        Limit(
            "lineWait", "a line that waits for a name",
            .time(DoorkeeperLimits.lineWait), "it goes without"),
    ]
}
