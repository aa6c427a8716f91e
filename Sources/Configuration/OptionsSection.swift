import Doors
import Knocks
import Linux

extension Configuration.Options {
    /// Stores the value of a directive; ignores directives that are not valid in [options].
    mutating func set(_ directive: Directive, _ value: Field) throws(ValueError) {
        switch directive {
        // As with knockd, an empty name is none.
        case .logFile: logFile = value.isEmpty ? nil : value.text
        case .pidFile: pidFile = value.isEmpty ? nil : value.text
        case .interface: try addInterfaces(value)
        case .stateFile: stateFile = try value.something()
        case .onExit: onExit = try value.word([("close", .close), ("keep", .keep)])
        case .keyDirectory: keyDirectory = try value.something()
        case .serverName: serverName = try value.keyName(of: "server")
        case .signedPort: signedPort = try value.port()
        case .timeWindow: timeWindow = try value.timeWindow()
        case .sourceRate: sourceRate = try value.rateLimit()
        case .totalRate: totalRate = try value.rateLimit()
        case .user: users = try value.twoUsers()
        case .sandbox: isSandboxed = try value.word([("on", true), ("off", false)])
        case .strictSequence: strictSequence = try value.yesOrNo()
        case .reloadKeeps: reloadKeeps = try value.yesOrNo()
        default: return
        }
    }

    /// Adds the names of a line, without duplicates.
    private mutating func addInterfaces(_ value: Field) throws(ValueError) {
        // As with knockd, an empty name is none.
        if value.isEmpty { return }
        for item in try value.list(of: "interfaces", { NetworkInterface.canBeNamed($0.text) }) {
            let name = try (item.unquoted ?? item).interfaceName()
            if !interfaces.contains(name) { interfaces.append(name) }
            if interfaces.count > 1, interfaces.contains(NetworkInterface.any) {
                throw ValueError(
                    field: item, message: "any means every interface; write it alone, or leave it out")
            }
        }
    }
}
