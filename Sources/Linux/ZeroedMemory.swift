import Glibc

/// A table of fixed size whose memory the kernel gives page by page, zeroed, as it is first written.
///
/// All bytes zero must be a meaningful element. Its size never changes; an index past it traps.
///
/// This is `public` where the rest is `package`: the compiler makes code for an element's own type in another module only
/// then, and the table of attempts is half as fast without that.
@safe
public final class ZeroedMemory<Element: BitwiseCopyable> {
    @usableFromInline let base: UnsafeMutablePointer<Element>
    /// How many elements there are.
    public let count: Int

    /// Reserves room for `count` elements, which must fit into the address space.
    public init(count: Int) {
        self.count = count
        let size = max(count, 1) * MemoryLayout<Element>.stride
        let memory = unsafe mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
        precondition(unsafe memory != MAP_FAILED, "no address space for \(count) elements")
        unsafe base = unsafe memory!.bindMemory(to: Element.self, capacity: count)
    }

    deinit {
        _ = unsafe munmap(base, max(count, 1) * MemoryLayout<Element>.stride)
    }

    /// The element at an index below `count`.
    @inlinable public subscript(index: Int) -> Element {
        get {
            precondition(index >= 0 && index < count)
            return unsafe base[index]
        }
        set {
            precondition(index >= 0 && index < count)
            unsafe base[index] = newValue
        }
    }
}
