import Glibc

/// A table of fixed size whose memory the kernel gives page by page, zeroed, as it is first written.
///
/// All bytes zero must be a meaningful element. Its size never changes; an index past it traps.
@safe
package final class ZeroedMemory<Element: BitwiseCopyable> {
    @usableFromInline let base: UnsafeMutablePointer<Element>
    /// How many elements there are.
    package let count: Int

    /// Reserves room for `count` elements, which must fit into the address space.
    package init(count: Int) {
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
    @inlinable package subscript(index: Int) -> Element {
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
