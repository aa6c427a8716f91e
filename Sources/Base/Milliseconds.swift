/// A moment on some clock, or a span of time, in milliseconds.
package typealias Milliseconds = Int64
