import Linux

ThisProcess.exit(KnockProgram.run(ThisProcess.arguments))
