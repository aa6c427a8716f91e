import Doors
import Testing

@testable import KernelRules

struct CommandEffectsTests {
    private func effects(_ command: String) throws -> CommandEffects {
        CommandEffects(try #require(ActionTemplate(command)))
    }

    @Test(arguments: [
        "iptables -A INPUT -s %IP% -p tcp --dport 22 -j ACCEPT", "/sbin/iptables -D INPUT -p tcp --dport 22 -j DROP",
        "sudo ip6tables-nft -w 5 -I knock 1 -s %IP% -j LOG_ACCEPT", "iptables -P INPUT ACCEPT",
        "iptables -D INPUT -s %IP% -j ACCEPT; iptables -A INPUT -s %IP% -j ACCEPT",
        "iptables -t nat -A PREROUTING -s %IP% -p tcp --dport 80 -j DNAT --to 198.18.0.9 && logger open",
        "ufw allow from %IP% to any port 22 proto tcp", "ufw insert 1 allow ssh comment 'knock # %IP%'",
        "firewall-cmd --zone=public --add-rich-rule='rule family=\"ipv4\" source address=\"%IP%\" accept'",
        "nft add element inet guard allow { %IP% }", "nft add rule inet guard input ip saddr %IP% accept",
        "ipset add allow %IP% -exist", "csf -a %IP%", "sh -c 'iptables -A INPUT -s %IP% -j ACCEPT'",
        "/usr/local/bin/open-door %IP%", "/opt/openSSH.sh $KNOCK_ADDRESS",
        "knock_add -i -c INPUT -p tcp -d 443 -f %IP%",
        "pktables add %IP% --service ssh", "python3 /root/allow.py %IP%",
        "if true; then iptables -A INPUT -s %IP% -j ACCEPT; fi", "(iptables -A INPUT -s %IP% -j ACCEPT) &",
    ])
    func itLeavesOpen(command: String) throws {
        let effects = try effects(command)
        #expect(effects.leavesOpen)
        #expect(!effects.onlyCloses && !effects.isWithoutEffect && !effects.closesItself)
    }

    @Test(arguments: [
        "iptables -D INPUT -s %IP% -p tcp --dport 22 -j ACCEPT", "iptables -I INPUT -s %IP% -j DROP",
        "while iptables -D INPUT -s %IP% -j ACCEPT 2>/dev/null; do :; done", "iptables -F knock", "iptables -D INPUT 3",
        "ufw delete allow ssh", "ufw insert 1 deny from %IP% to any", "ufw --force delete 3",
        "firewall-cmd --remove-service=ssh", "nft delete element inet guard allow { %IP% }",
        "nft flush set inet guard allow",
        "ipset del allow %IP%", "service ssh stop; iptables -D INPUT -s %IP% -j ACCEPT", "/root/close.sh %IP%",
        "firewall-cmd --add-rich-rule='rule source address=%IP% drop'", "door remove %IP%",
        // What is closed again at once was never meant to be open.
        "iptables -D INPUT -j DROP; iptables -D INPUT -s %IP% -j ACCEPT; iptables -A INPUT -j DROP",
    ])
    func itOnlyCloses(command: String) throws {
        let effects = try effects(command)
        #expect(effects.onlyCloses)
        #expect(!effects.leavesOpen && !effects.isWithoutEffect)
    }

    @Test(arguments: [
        "nft add element inet guard allow { %IP% timeout 60s }",
        "nft 'add element inet guard allow { %IP% timeout 60s }'",
        "ipset add allow %IP% timeout 60", "firewall-cmd --add-service=ssh --timeout=60", "csf -ta %IP% 3600",
        "iptables -A INPUT -s %IP% -j ACCEPT; sleep 10; iptables -D INPUT -s %IP% -j ACCEPT",
        "iptables -I INPUT 1 -p tcp -s %IP% --dport ssh -j ACCEPT && sleep 10 && iptables -D INPUT -s %IP% -p tcp --dport 22 -j ACCEPT",
        "ufw allow from %IP%; (sleep 60; ufw delete allow from %IP%) &",
        "iptables -A INPUT -s %IP% -j ACCEPT; echo 'iptables -D INPUT -s %IP% -j ACCEPT' | at now + 5 min",
        "open %IP%; sleep 10; close %IP%", "open %IP%; sleep 10; /root/other %IP%",
        "systemd-run --on-active=60 /root/x; iptables -A INPUT -s %IP% -j ACCEPT",
    ])
    func itClosesItself(command: String) throws {
        let effects = try effects(command)
        #expect(effects.closesItself)
        #expect(!effects.leavesOpen && !effects.onlyCloses)
    }

    @Test(arguments: [
        "true", ":", "echo %IP% >> /tmp/x", "logger 'open %IP%'", "wakeonlan 00:00:5e:00:53:01",
        "systemctl start minecraft",
        "echo open | mail root", "sleep 5; reboot", "timeout 20 nc -l 7004 < /root/part", "X=1", "service open stop",
    ])
    func itOpensNothing(command: String) throws {
        let effects = try effects(command)
        #expect(effects.isWithoutEffect)
        #expect(!effects.leavesOpen && !effects.onlyCloses && !effects.closesItself)
    }

    @Test(arguments: [
        "/root/x.sh %IP%", "/usr/local/bin/wake-nas.sh 00:00:5e:00:53:01 \"%IP%\"", "/root/open.sh", "iptables -L",
        "iptables -A INPUT -s %IP% -j LOG", "iptables -A INPUT -s %IP%", "nft -f /etc/x.nft", "ufw status",
        "openssl %IP%",
        "iptables", "nft", "ufw", "firewall-cmd --reload", "ipset", "csf", "sh", "sudo", "firewall-cmd",
    ])
    func whatItDoesIsUnknown(command: String) throws {
        let effects = try effects(command)
        #expect(!effects.leavesOpen && !effects.onlyCloses && !effects.closesItself)
    }

    private func closes(_ open: String, _ closings: String...) throws -> Bool {
        CommandEffects.Closings(try closings.map(effects)).close(try effects(open))
    }

    @Test(arguments: [
        (
            "iptables -I INPUT 1 -s %IP% -p tcp -m tcp --dport ssh -j ACCEPT",
            "/sbin/iptables -D INPUT -p tcp --dport 22 -s %IP% -j ACCEPT"
        ),
        ("iptables -D INPUT -j DROP", "iptables -A INPUT -j DROP"),
        ("iptables -P INPUT ACCEPT", "iptables -P INPUT DROP"),
        ("ufw allow from %IP% to any port 22 proto tcp", "ufw delete allow proto tcp from %IP% to any port 22"),
        ("ufw allow ssh", "ufw deny ssh"), ("ufw disable", "ufw enable"),
        ("firewall-cmd --add-service=ssh --zone=public", "firewall-cmd --remove-service=ssh --zone=public"),
        ("nft add element inet g a { %IP% comment \"x\" }", "nft delete element inet g a {%IP%}"),
        ("ipset -A allow %IP%", "ipset del allow %IP%"), ("csf -a %IP%", "csf -ar %IP%"),
        ("pk_accept_forwarding %IP%", "pk_delete_forwarding %IP%"),
        ("iptables -A INPUT -s %IP% -j ACCEPT", "/root/close %IP%"),
        ("iptables -A INPUT -s %IP% -j ACCEPT", "iptables -F"),
    ])
    func oneCommandClosesWhatAnotherOpens(open: String, close: String) throws {
        #expect(try closes(open, close))
        #expect(try closes(open, "true", close))
    }

    @Test(arguments: [
        ("iptables -A INPUT -s %IP% --dport 22 -j ACCEPT", "iptables -D INPUT -s %IP% --dport 80 -j ACCEPT"),
        ("iptables -A INPUT -s %IP% -j ACCEPT", "iptables -D iNPUT -s %IP% -j ACCEPT"),
        ("iptables -A INPUT -s %IP% -j ACCEPT", "ip6tables -D INPUT -s %IP% -j ACCEPT"),
        ("iptables -A INPUT -s %IP% -j ACCEPT; ufw allow ssh", "ufw deny ssh"),
        ("iptables -A INPUT -s %IP% -j ACCEPT", "iptables -F; iptables -A INPUT -s %IP% -j ACCEPT"),
        ("nft add element inet g a { %IP% }", "nft delete element inet g b { %IP% }"),
        ("ufw allow ssh", "ufw allow ssh"),
    ])
    func whatIsDifferentIsNotClosed(open: String, close: String) throws {
        #expect(try !closes(open, close))
        #expect(try !closes(open))
    }

    @Test(arguments: [
        ("iptables -A INPUT -s %IP% -j ACCEPT", AddressFamily.ipv4),
        ("sudo iptables -D x -s $KNOCK_ADDRESS -j y", .ipv4),
        ("ip6tables-legacy -A INPUT -s %IP% -j ACCEPT", .ipv6), ("nft add rule inet g i ip saddr %IP% accept", .ipv4),
        ("nft add rule inet g i ip6 saddr %IP% accept", .ipv6),
        ("firewall-cmd --add-rich-rule='rule family=\"ipv4\" source address=\"%IP%\" accept'", .ipv4),
        ("iptables -A INPUT -p tcp --dport 22 -j ACCEPT", nil), ("ufw allow from %IP%", nil), ("open %IP%", nil),
        ("iptables -A INPUT -s %IP% -j ACCEPT; ip6tables -A INPUT -s %IP% -j ACCEPT", nil),
        ("case %IP% in *:*) ip6tables -A INPUT -s %IP% -j ACCEPT;; *) iptables -A INPUT -s %IP% -j ACCEPT;; esac", nil),
        ("iptables -A INPUT -s %IP% -j ACCEPT; logger %IP%", .ipv4),
    ])
    func theKindOfAddressThatItTakes(command: String, expected: AddressFamily?) throws {
        #expect(try effects(command).onlyFamily == expected)
    }

    @Test(
        "Whether a command's words say all that it does",
        arguments: [
            ("iptables -I INPUT -s %IP% -j ACCEPT", true), ("/sbin/nft add element t s { %IP% }; logger %IP%", true),
            ("iptables -I INPUT -s $KNOCK_ADDRESS -j ACCEPT", false), ("/usr/local/sbin/open %IP%", false),
            ("iptables -I INPUT -s %IP% -j ACCEPT; notify %IP%", false), ("echo %IP% >> /run/allow", false),
            ("true", false),
        ])
    func onlyChangesFirewall(command: String, expected: Bool) throws {
        #expect(try #require(ActionTemplate(command)).onlyChangesFirewall == expected)
    }
}
