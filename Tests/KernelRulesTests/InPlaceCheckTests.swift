import Doors
import Testing

@testable import KernelRules

struct InPlaceCheckTests {
    private func check(_ start: String) throws -> String? {
        try #require(ActionTemplate(start)).inPlaceCheck?.text
    }

    @Test(arguments: [
        (
            "iptables -A INPUT -s %IP% -p tcp --dport 22 -j ACCEPT",
            "iptables -C INPUT -s %IP% -p tcp --dport 22 -j ACCEPT"
        ),
        (
            "/sbin/iptables -I INPUT 1 -s %IP% -p tcp --dport 22 -j ACCEPT",
            "/sbin/iptables -C INPUT -s %IP% -p tcp --dport 22 -j ACCEPT"
        ),
        (
            "/usr/sbin/ip6tables-nft --insert knock 12 -s %IP% -j ACCEPT",
            "/usr/sbin/ip6tables-nft -C knock -s %IP% -j ACCEPT"
        ),
        ("iptables-legacy --append INPUT -s %IP% -j ACCEPT", "iptables-legacy -C INPUT -s %IP% -j ACCEPT"),
        (
            "iptables -w 5 -t nat -A PREROUTING -s %IP% -j DNAT --to 198.18.0.9:22",
            "iptables -w 5 -t nat -C PREROUTING -s %IP% -j DNAT --to 198.18.0.9:22"
        ),
        ("iptables\t-s %IP%  -j ACCEPT -w -I INPUT", "iptables -s %IP% -j ACCEPT -w -C INPUT"),
        (
            "iptables -A INPUT ! -s '%IP%' -m multiport --dports 22,80 -m comment --comment \"for %KEY%; -A\" -j DROP",
            "iptables -C INPUT ! -s '%IP%' -m multiport --dports 22,80 -m comment --comment \"for %KEY%; -A\" -j DROP"
        ),
    ])
    func aRuleIsLookedForInsteadOfAdded(start: String, expected: String) throws {
        #expect(try check(start) == expected + "; s=$?; [ $s -lt 2 ] || s=126; exit $s")
    }

    @Test(arguments: [
        (
            "nft add element inet guard allow { %IP% }",
            "nft list tables >/dev/null 2>&1 || exit 126; nft get element inet guard allow { %IP% }"
        ),
        (
            "/usr/sbin/nft add element inet guard allow { %IP% timeout 60s }",
            "/usr/sbin/nft list tables >/dev/null 2>&1 || exit 126; /usr/sbin/nft get element inet guard allow { %IP% }"
        ),
        (
            "nft add element guard allow {%IP%}",
            "nft list tables >/dev/null 2>&1 || exit 126; nft get element guard allow { %IP% }"
        ),
        (
            "nft -a add element ip guard allow \\{ %IP% timeout %SECONDS%s expires 5s \\}",
            "nft list tables >/dev/null 2>&1 || exit 126; nft get element ip guard allow { %IP% }"
        ),
        (
            "nft 'add element inet guard allow { %IP% . 22 timeout 1m comment \"a, } b\", %IP% . 80 }'",
            "nft list tables >/dev/null 2>&1 || exit 126; nft get element inet guard allow { %IP% . 22, %IP% . 80 }"
        ),
        (
            "nft create element ip6 guard m '{ %IP% : jump open }'",
            "nft list tables >/dev/null 2>&1 || exit 126; nft get element ip6 guard m { %IP% }"
        ),
    ])
    func anElementIsLookedForWithoutItsOptions(start: String, expected: String) throws {
        #expect(try check(start) == expected)
    }

    @Test(
        "Where nothing can be known there is no command",
        arguments: [
            // Several commands, and what only a shell can tell.
            "iptables -A INPUT -s %IP% -j ACCEPT; logger knock", "iptables -A INPUT -s %IP% -j ACCEPT && true",
            "iptables -A INPUT -s %IP% -j ACCEPT | cat", "iptables -A INPUT -s %IP% -j ACCEPT &",
            "iptables -A INPUT -s %IP% -j ACCEPT 2>/dev/null", "iptables -A INPUT -s %IP% -j ACCEPT # ssh",
            "(iptables -A INPUT -s %IP% -j ACCEPT)", "iptables -A INPUT -s $KNOCK_ADDRESS -j ACCEPT",
            "iptables -A INPUT -s `cat` -j ACCEPT", "iptables -A INPUT -s \"$(x)\" -j ACCEPT",
            "iptables -A INPUT -s %IP% -j AC*", "iptables -A INPUT -s '%IP% -j ACCEPT",
            "sudo iptables -A INPUT -j ACCEPT",
            "PATH=/x iptables -A INPUT -s %IP% -j ACCEPT", "nft add element a b { %IP% } > /dev/null",
            // Nothing is added, or more than that is done.
            "iptables -D INPUT -s %IP% -j ACCEPT", "iptables -R INPUT 1 -s %IP% -j ACCEPT", "iptables -N knock",
            "iptables -A INPUT -A INPUT -s %IP% -j ACCEPT", "iptables -A INPUT -s %IP% -c 1 2 -j ACCEPT",
            "iptables -A INPUT -m comment --comment -D -j ACCEPT", "iptables -A", "iptables -A -s %IP% -j ACCEPT",
            "iptables --app INPUT -s %IP% -j ACCEPT", "iptables -F", "iptables",
            "nft delete element inet guard allow { %IP% }", "nft add rule inet guard input ip saddr %IP% accept",
            "nft 'add element inet guard allow { %IP% }; flush ruleset'", "nft -f /etc/open.nft",
            "nft -c add element inet guard allow { %IP% }", "nft add element inet guard allow",
            "nft add element inet guard allow { %IP% counter }", "nft add element inet guard allow { }",
            "nft add element inet guard allow { %IP% . }", "nft add element inet guard allow { %IP% timeout }",
            "nft add element inet guard allow { %IP%, }", "nft add element ip guard m { %IP% : }",
            "nft add element inet guard allow { %IP% } x", "nft add element what inet guard allow { %IP% }", "nft",
            // Somebody else's program of that name, and others.
            "/tmp/iptables -A INPUT -s %IP% -j ACCEPT", "./nft add element a b { %IP% }", "ufw allow from %IP%",
            "/usr/local/sbin/open %IP%", "iptables-save -A", ":", "#",
        ])
    func nothingCanBeKnown(start: String) throws {
        #expect(try check(start) == nil)
    }
}
