import Keys

/// The number of claims of each generation on which the Doorkeeper has not decided.
struct UndecidedClaims {
    private var ofGeneration: [GenerationID: Int] = [:]
    private var count = 0

    /// Takes a place for one more claim of a generation; false if it may not wait for the Doorkeeper. The second half of
    /// the room is for generations that have none there, so that a few generations cannot keep another out.
    mutating func insert(of generation: GenerationID) -> Bool {
        let own = ofGeneration[generation] ?? 0
        guard count < VerifierLimits.undecided else { return false }
        guard own == 0 || own < VerifierLimits.undecidedOfGeneration && count < VerifierLimits.undecided / 2 else {
            return false
        }
        ofGeneration[generation] = own + 1
        count += 1
        return true
    }

    /// Frees the place of a claim that is decided; false if no claim of this generation is undecided.
    mutating func remove(of generation: GenerationID) -> Bool {
        guard let own = ofGeneration[generation] else { return false }
        ofGeneration[generation] = own == 1 ? nil : own - 1
        count -= 1
        return true
    }
}
