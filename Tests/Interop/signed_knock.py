#!/usr/bin/env python3
"""Signed knocks, version 1: a second implementation, made from docs/PROTOCOL.md alone. For tests: openssl gets keys as arguments.

  signed_knock.py sign KEYFILE DOOR [OPTION=VALUE...]        prints the datagram as hex
  signed_knock.py send KEYFILE DOOR HOST [OPTION=VALUE...]   sends it; options: address, seconds, operation, time (ms), nonce, port
  signed_knock.py verify KEYFILE [source=A] [now=MS] [window=MS]   judges the datagrams on its input, hex, one a line
  signed_knock.py vectors FILE...                            tells whether it agrees with each vector in steps 1 to 5
"""
import base64, configparser, hashlib, hmac, ipaddress, os, re, socket, struct, subprocess, sys, time

REFUSED = [ipaddress.ip_network(n) for n in (
    "0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4", "::/96", "fe80::/10", "ff00::/8")]

def mac(key, message): return hmac.new(key, message, hashlib.sha256).digest()

def derive(secret, server):
    prk = mac(bytes(32), secret)
    return {p: mac(prk, f"signed-knock 1 {p} {server}".encode() + b"\1") for p in ("hint", "encrypt", "tag", "id")}

def crypt(key, nonce, data):
    command = ["openssl", "enc", "-aes-256-ctr", "-K", key.hex(), "-iv", nonce.hex()]
    return subprocess.run(command, input=data, stdout=subprocess.PIPE, check=True).stdout

def hint(keys, timestamp): return mac(keys["hint"], struct.pack(">Q", timestamp // 60000))[:8]

def pack(text):
    if not text: return bytes(16)
    address = ipaddress.ip_address(text)
    return address.packed if address.version == 6 else bytes(10) + b"\xff\xff" + address.packed

def unpack(data):
    address = ipaddress.IPv6Address(data)
    return address.ipv4_mapped or address

def allowed(address, loopback=False):
    if loopback and address.is_loopback: return True
    return not any(address in network for network in REFUSED if network.version == address.version)

def sign(keys, door, address="", seconds="0", operation="open", time=None, nonce=None):
    timestamp = int(time or now())
    nonce = bytes.fromhex(nonce) if nonce else os.urandom(16)
    body = struct.pack(">Q16sIB3x32s", timestamp, pack(address), int(seconds), 1 + (operation == "close"), door.encode())
    front = hint(keys, timestamp) + nonce + crypt(keys["encrypt"], nonce, body)
    return front + mac(keys["tag"], front)

def verify(datagram, generations, source, now, window=30000, loopback=False):
    """The step that refuses it, or what it asks for."""
    if len(datagram) != 120: return 1
    epochs = range((now - window) // 60000 - 1, (now + window) // 60000 + 2)
    live = [k for k in generations if datagram[:8] in [hint(k, e * 60000) for e in epochs if 0 <= e <= 2**64 // 60000]]
    if not live: return 2
    keys = next((k for k in live if hmac.compare_digest(mac(k["tag"], datagram[:88]), datagram[88:])), None)
    if not keys: return 3
    body = crypt(keys["encrypt"], datagram[8:24], datagram[24:88])
    timestamp, address, seconds, operation, reserved, door = struct.unpack(">Q16sIB3s32s", body)
    fits = hint(keys, timestamp) == datagram[:8] and operation in (1, 2) and not (operation == 2 and seconds)
    fits = fits and reserved == bytes(3) and re.fullmatch(rb"[A-Za-z0-9][A-Za-z0-9._-]{,31}\0*", door)
    fits = fits and (address == bytes(16) or allowed(unpack(address))) and allowed(ipaddress.ip_address(source), loopback)
    if not fits: return 4
    if abs(timestamp - now) > window: return 5
    named = "-" if address == bytes(16) else unpack(address)
    return f"{('open', 'close')[operation - 1]} {door.rstrip(bytes(1)).decode()} {named} {seconds} {timestamp}"

def usable(path):
    """The working keys of a key file's generations that count, the newest first."""
    file = configparser.ConfigParser(delimiters=("=",), comment_prefixes=("#",), interpolation=None)
    file.read_file(open(path))
    today = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    counts = lambda g: g["state"] == "active" or g["state"] == "retiring" and g.get("retires") > today
    names = sorted((s for s in file.sections() if s.startswith("generation ")), key=lambda s: -int(s.split()[1]))
    return [derive(base64.b64decode(file[s]["secret"]), file["key"]["server"]) for s in names if counts(file[s])]

def vector(path):
    fields = {}
    for line in open(path).read().splitlines()[1:]:
        name, _, value = line.partition(" =")
        fields[name] = value.strip()
    keys = derive(bytes.fromhex(fields["secret"]), fields["server"])
    assert [keys[p].hex() for p in ("hint", "encrypt", "tag")] == [fields[p + "-key"] for p in ("hint", "encrypt", "tag")]
    assert keys["id"][:16].hex() == fields["id"]
    said = verify(bytes.fromhex(fields["datagram"]), [keys] if fields["state"] in ("active", "retiring") else [],
        fields["source"], int(fields["now"]), int(fields["window"]), fields["interface"] == "loopback")
    step = int(fields.get("step", 9))
    return said == step if step <= 5 else not isinstance(said, int)

def now(): return time.time_ns() // 1000000

def main(command, *arguments):
    options = dict(a.split("=", 1) for a in arguments if "=" in a)
    words = [a for a in arguments if "=" not in a]
    if command == "vectors":
        results = [(path, vector(path)) for path in words]
        for path, agrees in results: print("agrees" if agrees else "DIFFERS", path)
        return 0 if all(agrees for _, agrees in results) else 1
    keys = usable(words[0])
    if command == "verify":
        for line in sys.stdin:
            said = verify(bytes.fromhex(line), keys, options.get("source", "198.18.1.2"),
                int(options.get("now", now())), int(options.get("window", 30000)))
            print(f"refused {said}" if isinstance(said, int) else said)
        return 0
    port = int(options.pop("port", 62201))
    datagram = sign(keys[0], words[1], **options)
    if command == "sign": print(datagram.hex())
    else:
        family, kind, _, _, address = socket.getaddrinfo(words[2], port, type=socket.SOCK_DGRAM)[0]
        socket.socket(family, kind).sendto(datagram, address)
    return 0

if __name__ == "__main__":
    if len(sys.argv) < 3: sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
