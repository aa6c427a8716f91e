import Base
import Hints

/// The texts that the client prints, apart from errors.
enum KnockText {
    static let usage = """
        usage: knock [options] <host> <port[:proto]> [port[:proto]] ...
               knock [options] --one-time <file> <host>
               knock [options] --door <door> <host>
        options:
          -u, --udp            send every knock as UDP, whatever its proto
          -d, --delay <ms>     wait this many milliseconds between two ports (default 0)
          -4, --ipv4           knock only at the host's IPv4 addresses
          -6, --ipv6           knock only at the host's IPv6 addresses
          -i, --interface <if> send through this network interface
          -s, --source-port <port>
                               send from this local port
          -f, --flags <list>   send TCP knocks with these flags: fin,syn,rst,psh,ack,urg
                               (needs root or CAP_NET_RAW)
          -o, --one-time <file>
                               send the next sequence of this file, and mark it as used
          -D, --door <door>    send one signed knock for this door
          -k, --key <name|file>
                               sign with this key (default: the only key for this host)
          -t, --for <seconds>  ask for this long (default: the door's own time);
                               the server may shorten it
          -c, --close          close what this key has opened
          -a, --address <addr|auto|none>
                               open for this address; none: the address that the server sees;
                               auto (default): this machine's own if the server sees it too,
                               else as none
          -p, --port <port>    send the signed knock to this UDP port (default \(SignedKnockLayout.defaultPort))
          -g, --generation <n> sign with this generation of the key (default: the newest)
          -T, --time-offset <seconds>
                               the server's clock is this far ahead (+) or behind (-)
          -P, --print          print the signed knock as hex, and send nothing
          -E, --allow-example-key
                               sign even with the published example key
          -v, --verbose        print each knock before it is sent
          -V, --version        print the version
          -h, --help           print this help

        A port is a number from 1 to 65535 or the name of a service; proto is tcp (default) or udp.

        examples: knock myserver.example.com 123:tcp 456:udp 789:tcp
                  knock --door ssh myserver.example.com
        """

    /// The line that `-v` prints, in the words of knockd's client.
    static func hitting(_ knock: Knock, _ address: HostAddress) -> String {
        "hitting \(target(knock, address))"
    }

    /// The note after the last line of a one-time file.
    static func lastLine(of file: String) -> String {
        "knock: note: that was the last line of \(file); write new ones, here and on the server"
    }

    /// The destination of a knock:
    static func target(_ knock: Knock, _ address: HostAddress) -> String {
        "\(knock.transport.rawValue) \(address):\(knock.port)"
    }
}
