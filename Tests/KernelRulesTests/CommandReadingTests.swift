import Doors
import Knocks
import Testing

@testable import KernelRules

struct CommandReadingTests {
    private func reading(_ command: String) throws -> CommandReading? {
        CommandReading(try #require(ActionTemplate(command)))
    }

    @Test(arguments: [
        "iptables -I INPUT -s %IP% -p tcp --dport 22 -j ACCEPT",
        "/sbin/iptables -A INPUT -s %IP% -p tcp --dport 22 -j ACCEPT",
        "/usr/sbin/ip6tables --insert INPUT 1 --source %IP% --protocol tcp --destination-port 22 --jump ACCEPT",
        "iptables -w -t filter -I INPUT 3 -p tcp -m tcp --syn --dport 22 -m state --state NEW -s %IP% -j ACCEPT",
        "iptables -w 5 -A INPUT -s %IP% -p tcp -m conntrack --ctstate NEW,ESTABLISHED --dport 22\t-j ACCEPT",
        "iptables -I INPUT -s %IP% -p tcp --dport 22 -m comment --comment knock -j ACCEPT",
        "ufw allow from %IP% to any port 22 proto tcp", "ufw insert 1 allow proto tcp from %IP% to any port 22",
        "/usr/sbin/ufw prepend allow from %IP% to any port 22 proto tcp",
    ])
    func whatIsPlainIsRead(command: String) throws {
        let reading = try #require(try reading(command))
        #expect(reading.verb == .open)
        #expect(reading.port == OpenedPort(.tcp, 22))
    }

    @Test(arguments: [
        "iptables -D INPUT -s %IP% -p udp --dport 53 -j ACCEPT", "ufw delete allow from %IP% to any port 53 proto udp",
    ])
    func whatClosesIsToldFromWhatOpens(command: String) throws {
        let reading = try #require(try reading(command))
        #expect(reading.verb == .close)
        #expect(reading.port == OpenedPort(.udp, 53))
    }

    @Test(
        "Where a doubt is left nothing is read",
        arguments: [
            // A shell makes more of it.
            "iptables -I INPUT -s %IP% -p tcp --dport 22 -j ACCEPT; logger knock",
            "iptables -I INPUT -s %IP% -p tcp --dport 22 -j ACCEPT && true",
            "iptables -I INPUT -s %IP% -p tcp --dport $PORT -j ACCEPT",
            "iptables -I INPUT -s '%IP%' -p tcp --dport 22 -j ACCEPT",
            "iptables -I INPUT -s %IP% -p tcp --dport 22 -j ACCEPT # ssh",
            // Another chain, table, source or target, or something beside.
            "iptables -I FORWARD -s %IP% -p tcp --dport 22 -j ACCEPT",
            "iptables -t nat -I INPUT -s %IP% -p tcp --dport 22 -j ACCEPT",
            "iptables -I INPUT -s %IP%/24 -p tcp --dport 22 -j ACCEPT",
            "iptables -I INPUT ! -s %IP% -p tcp --dport 22 -j ACCEPT", "iptables -I INPUT -p tcp --dport 22 -j ACCEPT",
            "iptables -I INPUT -s %IP% -p tcp --dport 22 -j DROP", "iptables -I INPUT -s %IP% -p tcp --dport 22",
            "iptables -I INPUT -s %IP% -j ACCEPT", "iptables -I INPUT -s %IP% -p tcp -j ACCEPT",
            "iptables -I INPUT -s %IP% -p tcp --dport 22 -i eth0 -j ACCEPT",
            "iptables -I INPUT -s %IP% -p tcp -m multiport --dports 22,80 -j ACCEPT",
            "iptables -I INPUT -s %IP% -p tcp --dport 22:80 -j ACCEPT",
            "iptables -I INPUT -s %IP% -p tcp --dport 22 --dport 80 -j ACCEPT",
            "iptables -I INPUT -s %IP% -p tcp --dport ssh -j ACCEPT",
            "iptables -I INPUT -s %IP% -p tcp --dport 22 -m state --state ESTABLISHED -j ACCEPT",
            // Octal, and what iptables refuses.
            "iptables -I INPUT -s %IP% -p tcp --dport 022 -j ACCEPT",
            "iptables -I INPUT -s %IP% --dport 22 -p tcp -j ACCEPT",
            "iptables -I INPUT -s %IP% -p tcp --dport 22 --state NEW -j ACCEPT",
            "iptables -I INPUT -s %IP% -p tcp --dport 22 -m state -j ACCEPT",
            "iptables -I INPUT -s %IP% -p tcp --dport 22 -m conntrack --state NEW -j ACCEPT",
            "iptables -I INPUT -s %IP% -p udp --syn --dport 22 -j ACCEPT",
            "iptables -I INPUT -s %IP% -p tcp -m udp --dport 22 -j ACCEPT",
            "iptables -I INPUT -s %IP% -p tcp --dport 22 --comment x -j ACCEPT",
            // Somebody else's program of that name.
            "/tmp/iptables -I INPUT -s %IP% -p tcp --dport 22 -j ACCEPT",
            "./iptables -I INPUT -s %IP% -p tcp --dport 22 -j ACCEPT",
            "/sbin/x/iptables -I INPUT -s %IP% -p tcp --dport 22 -j ACCEPT",
            // The knocker's own port.
            "ufw allow proto tcp from %IP% port 22 to any", "ufw allow from %IP% port 22 proto tcp",
            "ufw allow to any from %IP% port 22 proto tcp",
            "iptables -I INPUT -A INPUT -s %IP% -p tcp --dport 22 -j ACCEPT",
            "iptables -I INPUT -s %IP% -p tcp --dport 22 -j ACCEPT -j", "iptables", "nft add element a b %IP%",
            "ufw allow from %IP% to any port 22", "ufw allow from %IP%", "ufw deny from %IP% to any port 22 proto tcp",
            "ufw insert allow from %IP% to any port 22 proto tcp", "ufw", "/usr/local/bin/open %IP%",
        ])
    func aDoubtIsLeft(command: String) throws {
        #expect(try reading(command) == nil)
    }
}
