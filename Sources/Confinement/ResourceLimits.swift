import CLinux
import Glibc
package import Linux

/// Limits on the resources of this process (setrlimit(2)), for good.
package enum ResourceLimits {
    /// Leaves a jailed role neither other processes, nor files that grow, nor an image of its memory.
    ///
    /// - Parameter descriptors: how many it may have, and wait for at once.
    package static func leave(descriptors: Int) throws(SystemError) {
        try set([
            (__RLIMIT_NPROC, 0), (RLIMIT_FSIZE, 0), (RLIMIT_CORE, 0), (RLIMIT_NOFILE, rlim_t(descriptors)),
        ])
    }

    /// Leaves the Resolver what it takes to read files and to ask name servers.
    package static func leaveAsking() throws(SystemError) {
        try leave(descriptors: ConfinementLimits.resolverDescriptors)
        try set([(RLIMIT_AS, rlim_t(ConfinementLimits.resolverMemory))])
    }

    static func set(_ limits: [(__rlimit_resource, rlim_t)]) throws(SystemError) {
        for (resource, value) in limits {
            var limit = rlimit(rlim_cur: value, rlim_max: value)
            try system("setrlimit") { unsafe setrlimit(Int32(resource.rawValue), &limit) }
        }
    }
}
