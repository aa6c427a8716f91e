"""What the benchmarks share: two namespaces with a wire between them, and what a daemon's processes cost."""

import os
import re
import shutil
import subprocess
import tempfile
import time

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))
POSTERN = os.path.join(ROOT, ".build/release/knockd")
PEERS = os.path.join(ROOT, ".build/peers")
INJECT = os.path.join(ROOT, ".build/release/inject")
HARDWARE = "02:00:00:00:00:01"
SERVER, CLIENT = "198.18.1.1", "198.18.1.2"
# A third of a second more than the kernel holds packets back in any of the daemons.
SETTLING = 0.4


def run(*words, text="", **options):
    return subprocess.run(words, check=True, capture_output=True, text=True, input=text, **options).stdout


class Site:
    """A server's and a client's namespace with a wire between them, and a folder."""

    def __init__(self, name):
        self.name = name

    def __enter__(self):
        self.server, self.client = (f"postern-{self.name}-{side}{os.getpid()}" for side in "sc")
        self.folder = tempfile.mkdtemp(prefix=f"postern-{self.name}-")
        self.running = []
        for name in (self.server, self.client):
            run("ip", "netns", "add", name)
        run("ip", "-n", self.server, "link", "add", "ks0", "address", HARDWARE, "type", "veth",
            "peer", "name", "kc0", "netns", self.client)
        for name, interface, address in ((self.server, "ks0", SERVER), (self.client, "kc0", CLIENT)):
            run("ip", "netns", "exec", name, "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1")
            run("ip", "-n", name, "link", "set", interface, "up")
            run("ip", "-n", name, "addr", "add", f"{address}/15", "dev", interface)
        return self

    def __exit__(self, *_):
        for process in self.running:
            if process.poll() is None:
                process.kill()
                process.wait()
        for name in (self.server, self.client):
            subprocess.run(["ip", "netns", "delete", name])
        shutil.rmtree(self.folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        """A file that only its owner can read."""
        with open(self.path(name), "w", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.write(text)
        return file.name

    def start(self, namespace, *words, output=subprocess.DEVNULL, **options):
        process = subprocess.Popen(["ip", "netns", "exec", namespace, *words], stdin=subprocess.DEVNULL,
                                   stdout=output, stderr=subprocess.STDOUT, **options)
        self.running.append(process)
        return process

    def received(self):
        return int(run("ip", "netns", "exec", self.server, "cat", "/sys/class/net/ks0/statistics/rx_packets"))

    def inject(self, *words):
        """Starts to put frames on the wire to the server."""
        return self.start(self.client, INJECT, "kc0", HARDWARE, *map(str, words))


class Daemon:
    """A daemon in the server's namespace, and what it costs."""

    def __init__(self, site, *words, **options):
        self.site = site
        self.process = site.start(site.server, *words, **options)

    def processes(self):
        """The daemon and its roles, not the commands that may run."""
        own = self.process.pid
        with open(f"/proc/{own}/task/{own}/children") as file:
            children = [int(word) for word in file.read().split()]
        name = (self.name_of(own) or "").rstrip()
        return [own] + [child for child in children if re.match(rf"{re.escape(name)}(-|$)", self.name_of(child) or "")]

    @staticmethod
    def name_of(process):
        """None once it is gone."""
        try:
            with open(f"/proc/{process}/comm") as file:
                return file.read()
        except FileNotFoundError:
            return None

    def cpu(self):
        """Nanoseconds on the CPU so far."""
        return sum(map(self.cpu_of, self.processes()))

    @staticmethod
    def cpu_of(process):
        with open(f"/proc/{process}/schedstat") as file:
            return int(file.read().split()[0])

    def settle(self):
        """Waits until it has nothing more to do."""
        last = -1
        while (now := self.cpu()) - last > 2_000_000:
            last = now
            time.sleep(SETTLING)

    def end(self):
        self.process.kill()
        self.process.wait()
