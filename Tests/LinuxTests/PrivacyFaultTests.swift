import Base
import Glibc
import Linux
import Testing

struct PrivacyFaultTests {
    @Test(
        arguments: [
            (.system(SystemError("open", "k", code: ENOENT)), "mkdir -p -m 700 /k", "No such file"),
            (.link, "readlink -f /k", "readlink -f /k"), (.otherKind, "mkdir -m 700 /k", "rm -r /k"),
            (.mode(0o755), "chmod 700 /k", "chmod 600 /k"), (.writable(0o777), "chmod go-w /k", "chmod go-w /k"),
            (.owner(7), "chown ", "chown "),
            (.system(SystemError("open", "k", code: EACCES)), "ls -ld /k", "ls -ld /k"),
            (.system(SystemError("read", "k", code: EFBIG)), "ls -l /k", "ls -l /k"),
        ] as [(PrivacyFault, String, String)])
    func theCommandThatMendsItIsTold(fault: PrivacyFault, directory: String, file: String) {
        #expect(fault.message(of: "/k", isDirectory: true).contains(directory))
        #expect(fault.message(of: "/k", isDirectory: false).contains(file))
    }
}
