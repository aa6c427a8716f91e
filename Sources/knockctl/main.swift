import Linux

ThisProcess.openStandardDescriptors()
ThisProcess.exit(ControlProgram.run(CommandLine.arguments))
