import Linux

ThisProcess.exit(KnockProgram.run(CommandLine.arguments))
