import Keys

/// How many claims of each generation the Doorkeeper has not decided on.
struct UndecidedClaims {
    private var ofGeneration: [GenerationID: Int] = [:]
    private var count = 0

    /// Takes a place for one more claim, if there may be one. The second half of the room is for generations that have
    /// none there, so that no few of them keep another out.
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

    /// One has been decided on; false if there was none.
    mutating func remove(of generation: GenerationID) -> Bool {
        guard let own = ofGeneration[generation] else { return false }
        ofGeneration[generation] = own == 1 ? nil : own - 1
        count -= 1
        return true
    }
}
