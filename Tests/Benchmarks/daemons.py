"""The daemons that the benchmarks run, each with the doors that they need: Postern, Debian's knockd and its fwknopd."""

import base64
import ctypes
import os
import socket
import sqlite3
import subprocess
import sys
import time

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from harness import CLIENT, HARDWARE, INJECT, PEERS, POSTERN, ROOT, SERVER, Daemon, run

sys.path.insert(0, os.path.join(ROOT, "Tests/Interop"))
sys.dont_write_bytecode = True
import signed_knock

KNOCKD = os.path.join(PEERS, "usr/sbin/knockd")
FWKNOPD, FWKNOP = (os.path.join(PEERS, "usr", name) for name in ("sbin/fwknopd", "bin/fwknop"))
# Where dpkg-deb has put what they are linked with.
LIBRARIES = os.path.join(PEERS, "usr/lib", os.uname().machine + "-linux-gnu")
PORT = 62201
PORTS = [7000, 8000, 9000]


def knock(site, knocks):
    """Sends (milliseconds, source, port), in the order of time."""
    lines = "".join(f"{at} {source} {SERVER} {port} tcp syn\n" for at, source, port in knocks)
    run("ip", "netns", "exec", site.client, INJECT, "kc0", HARDWARE, "frames", text=lines)


class Knockd(Daemon):
    """One of the two daemons, with one door whose start command writes the address to a file."""

    def __init__(self, site, program, timeout=600, output=None, more=""):
        self.opened_file = site.path("opened")
        open(self.opened_file, "w").close()
        options = f"[options]\n    StateFile = {site.path('state.db')}\n" if program == POSTERN else ""
        with open(site.path("knockd.conf"), "w") as file:
            file.write(f"{options}[door]\n    sequence = {','.join(map(str, PORTS))}\n    seq_timeout = {timeout}\n"
                       f"    tcpflags = syn\n    start_command = echo %IP% >> {self.opened_file}\n{more}")
        words = [program, "-i", "ks0", "-c", site.path("knockd.conf")] + (["-v"] if output else [])
        super().__init__(site, *words, output=output or subprocess.DEVNULL)
        # It listens once the kernel's filter is in place, which only a packet can tell.
        deadline = time.monotonic() + 10
        while "198.18.0.1" not in self.opened():
            if time.monotonic() > deadline or self.process.poll() is not None:
                sys.exit(f"bench: {program} does not open its door")
            knock(site, [(0, "198.18.0.1", port) for port in PORTS])
            time.sleep(0.2)

    def opened(self):
        with open(self.opened_file) as file:
            return file.read().split()


def crypt(key, nonce, data):
    """Thousands of knocks are too many for a process each."""
    return Cipher(algorithms.AES(key), modes.CTR(nonce)).encryptor().update(data)


signed_knock.crypt = crypt


def socket_in(namespace):
    """A datagram socket in another network namespace."""
    libc = ctypes.CDLL(None, use_errno=True)
    clone_newnet = 0x40000000
    with open("/proc/self/ns/net") as here, open(f"/run/netns/{namespace}") as there:
        if libc.setns(there.fileno(), clone_newnet) != 0:
            sys.exit(f"bench: {os.strerror(ctypes.get_errno())}")
        try:
            return socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        finally:
            libc.setns(here.fileno(), clone_newnet)


def send_evenly(site, datagrams, rate):
    """Sends datagrams from the client's namespace to the signed port."""
    client = socket_in(site.client)
    start = time.perf_counter()
    for number, datagram in enumerate(datagrams):
        while (ahead := number / rate - (time.perf_counter() - start)) > 0:
            time.sleep(ahead)
        client.sendto(datagram, (SERVER, PORT))


class Postern(Daemon):
    """The daemon, with so many keys and four doors, which say in files and a pipe what they do."""

    def __init__(self, site, keys):
        self.site = site
        self.folder = site.path(f"postern-{time.monotonic_ns()}")
        os.makedirs(os.path.join(self.folder, "keys"), mode=0o700)
        self.keys = [self.make_key(f"key{number}") for number in range(keys)]
        self.pipe = os.path.join(self.folder, "pipe")
        os.mkfifo(self.pipe)
        delegates = ", ".join(f"key{number}" for number in range(min(keys, 1000)))
        door = f"    keys = *\n    delegates = {delegates}\n    max_openings = 1000000\n"
        started = f"    start_command = echo >> {self.folder}/started\n"
        super().__init__(site, POSTERN, "-i", "ks0", "-c", site.write("postern.conf", (
            f"[options]\n    StateFile = {self.folder}/state.db\n    KeyDirectory = {self.folder}/keys\n"
            f"    LogFile = {self.folder}/log\n    SourceRate = 100000, 100000\n    TotalRate = 100000, 100000\n"
            f"[stops]\n{door}{started}    stop_command = echo %IP% >> {self.folder}/stopped\n    cmd_timeout = 1\n"
            f"[once]\n{door}{started}"
            f"[held]\n{door}{started}    stop_command = true\n    cmd_timeout = 600\n"
            f"[pipe]\n{door}    start_command = echo %IP% > {self.pipe}\n    stop_command = true\n    cmd_timeout = 1\n"
            f"[classic]\n    sequence = {','.join(map(str, PORTS))}\n    seq_timeout = 10\n    tcpflags = syn\n"
            f"    start_command = echo %IP% > {self.pipe}\n"
        )))
        # It listens once hints and filter are in place, which only a knock can tell.
        deadline = time.monotonic() + 30
        while self.started() == 0:
            if time.monotonic() > deadline or self.process.poll() is not None:
                sys.exit(f"bench: {POSTERN} does not open its door:\n{self.log()}")
            send_evenly(site, self.knocks("held", 1), 1)
            time.sleep(0.2)
        # It reads its keys once more, since it has put a file beside them.
        time.sleep(2)
        self.settle()

    def make_key(self, name):
        secret = os.urandom(32)
        keys = signed_knock.derive(secret, "bench")
        created = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        self.site.write(os.path.join(self.folder, f"keys/{name}.key"), (
            f"[key]\nname = {name}\nserver = bench\nversions = 1\n[generation 1]\nid = {keys['id'][:16].hex()}\n"
            f"secret = {base64.b64encode(secret).decode()}\ncreated = {created}\nstate = active\n"))
        return keys

    def knocks(self, door, count, spread=False):
        """Signed by one key after the other; `spread` for an address each, or one for each key with "keys", else for that
        of the client."""
        def address(number):
            number = number % len(self.keys) if spread == "keys" else number
            return f"198.19.{number >> 8 & 255}.{number & 255}" if spread else ""
        return [signed_knock.sign(self.keys[number % len(self.keys)], door, address=address(number))
                for number in range(count)]

    def log(self):
        with open(os.path.join(self.folder, "log")) as file:
            return file.read()

    def cpu_by_role(self):
        """Of the Doorkeeper, the Listener and the Verifier."""
        cpu = {}
        for process in self.processes():
            with open(f"/proc/{process}/cmdline") as file:
                cpu[file.read().partition("--role=")[2].split("\0")[0]] = self.cpu_of(process)
        return [cpu[role] for role in ("", "listener", "verifier")]

    def started(self):
        return self.size("started")

    def size(self, name):
        try:
            return os.path.getsize(os.path.join(self.folder, name))
        except FileNotFoundError:
            return 0

    def spent(self):
        ledger = sqlite3.connect(f"file:{self.folder}/state.db?mode=ro", uri=True)
        try:
            return ledger.execute("SELECT count(*) FROM spent").fetchone()[0]
        finally:
            ledger.close()


class Fwknopd(Daemon):
    """Debian's fwknopd, with one stanza and a thousand digests in its replay cache."""

    def __init__(self, site, *options):
        self.site = site
        self.folder = site.path(f"fwknopd-{time.monotonic_ns()}")
        os.mkdir(self.folder, mode=0o700)
        self.pipe = os.path.join(self.folder, "pipe")
        os.mkfifo(self.pipe)
        self.key, self.mac = (base64.b64encode(os.urandom(32)).decode() for _ in range(2))
        self.output = open(os.path.join(self.folder, "log"), "w+")
        name = os.path.basename(self.folder)
        script = site.write(f"{name}/opened", f"echo $1 > {self.pipe}\n")
        now = int(time.time())
        digests = site.write(f"{name}/digests", "".join(
            f"{base64.b64encode(os.urandom(32)).decode()[:43]} 17 {CLIENT} 40000 {SERVER} {PORT} {now}\n"
            for _ in range(1000)))
        access = site.write(f"{name}/access.conf", (
            f"SOURCE ANY\nKEY_BASE64 {self.key}\nHMAC_KEY_BASE64 {self.mac}\n"
            f"CMD_CYCLE_OPEN /bin/sh {script} $IP\nCMD_CYCLE_CLOSE NONE\n"))
        configuration = site.write(f"{name}/fwknopd.conf", (
            f"PCAP_INTF ks0;\nPCAP_FILTER udp port {PORT};\nFWKNOP_RUN_DIR {self.folder};\n"
            f"FWKNOP_PID_FILE {self.folder}/pid;\nDIGEST_FILE {digests};\n"))
        super().__init__(site, FWKNOPD, "-f", "-c", configuration, "-a", access, *options, output=self.output,
                         env=dict(os.environ, LD_LIBRARY_PATH=LIBRARIES))
        deadline = time.monotonic() + 10
        while "Starting fwknopd main event loop" not in self.log():
            if time.monotonic() > deadline or self.process.poll() is not None:
                sys.exit(f"bench: {FWKNOPD} does not start:\n{self.log()}")
            time.sleep(0.2)
        self.settle()

    def knock(self, address):
        """Made by its own client."""
        path = os.path.join(self.folder, "packet")
        run(FWKNOP, "-T", "-A", "tcp/22", "-a", address, "-D", SERVER, "--use-hmac", "--key-base64-rijndael", self.key,
            "--key-base64-hmac", self.mac, "--save-packet", path,
            env=dict(os.environ, LD_LIBRARY_PATH=LIBRARIES, HOME=self.folder))
        with open(path, "rb") as file:
            packet = file.read().strip()
        os.remove(path)
        return packet

    def log(self):
        self.output.seek(0)
        return self.output.read()

    def taken(self):
        """Packets that it has looked at beyond their length and alphabet."""
        return self.log().count("received with access source match")
