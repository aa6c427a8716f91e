import Linux

ThisProcess.openStandardDescriptors()
ThisProcess.exit(ControlProgram.run(ThisProcess.arguments))
